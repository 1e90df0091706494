#include "pipelines/asking/answer_list.h"

#include <fstream>
#include <system_error>

#include "core/base/error.h"
#include "core/text/utf8.h"

namespace blip {
namespace {

std::string trimmed(const std::string& line) {
  constexpr const char* kBlanks = " \t\r\v\f";
  const std::size_t begin = line.find_first_not_of(kBlanks);
  return begin == std::string::npos ? "" : line.substr(begin, line.find_last_not_of(kBlanks) - begin + 1);
}

}  // namespace

std::vector<std::string> read_answer_list(const std::filesystem::path& file) {
  std::error_code ignored;
  std::ifstream in(file);
  if (!in || !std::filesystem::is_regular_file(file, ignored))
    throw Error(ErrorKind::kNotFound,
                "cannot read the answers '" + file.string() + "'; expected a file, one answer a line");
  std::vector<std::string> answers;
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (!is_utf8(line))
      throw Error(ErrorKind::kInvalidData, file.string() + ":" + std::to_string(number) + ": this line is not UTF-8");
    std::string answer = trimmed(line);
    if (!answer.empty() && answer.front() != '#') answers.push_back(std::move(answer));
  }
  if (answers.empty())
    throw Error(ErrorKind::kInvalidData, "'" + file.string() + "' holds no answer; expected one a line");
  return answers;
}

}  // namespace blip
