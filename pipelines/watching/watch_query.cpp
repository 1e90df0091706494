#include "pipelines/watching/watch_query.h"

#include <glib.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr const char* kSpace = " \t\r\n\v\f";

std::string trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(kSpace) - begin + 1));
}

bool is_utf8(std::string_view text) {
  return g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr) == TRUE;
}

}  // namespace

WatchQuery make_watch_query(std::string_view text) {
  if (!is_utf8(text)) throw Error(ErrorKind::kInvalidArgument, "a text to watch for is not UTF-8");
  WatchQuery query;
  std::string rest = trimmed(text);
  query.negative = !rest.empty() && rest.front() == '-';
  if (query.negative) rest = trimmed(std::string_view(rest).substr(1));
  for (char& c : rest) {
    if (c == ';') c = ',';
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  }
  query.text = trimmed(rest);
  if (query.text.find_first_not_of("-#, ") == std::string::npos)
    throw Error(ErrorKind::kInvalidArgument,
                "a text to watch for is empty; say what is to be seen, such as \"a red car\"");
  return query;
}

std::vector<WatchQuery> read_watch_queries(const std::filesystem::path& file) {
  std::error_code error;
  std::ifstream in(file);
  if (!in || std::filesystem::is_directory(file, error))
    throw Error(ErrorKind::kNotFound,
                "cannot read '" + file.string() + "': no such file, or not readable; expected a " + "text a line");
  std::vector<WatchQuery> queries;
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (!is_utf8(line))
      throw Error(ErrorKind::kInvalidData,
                  "'" + file.string() + "' line " + std::to_string(number) + " is not UTF-8; save the file as UTF-8");
    const std::string text = trimmed(line);
    if (!text.empty() && text.front() != '#') queries.push_back(make_watch_query(text));
  }
  if (queries.empty())
    throw Error(ErrorKind::kInvalidData, "'" + file.string() + "' holds no text; expected one a line");
  return queries;
}

void check_watch_queries(const std::vector<WatchQuery>& queries) {
  std::set<std::string> known;
  for (const WatchQuery& query : queries) {
    if (!known.insert(query.text).second)
      throw Error(ErrorKind::kInvalidArgument, "'" + query.text + "' is watched for twice; name each text once");
    if (query.threshold && !(*query.threshold >= 0 && *query.threshold <= 1)) {
      std::ostringstream out;
      out << "the threshold of '" << query.text << "' is " << *query.threshold << "; expected 0 to 1";
      throw Error(ErrorKind::kInvalidArgument, out.str());
    }
  }
  if (std::none_of(queries.begin(), queries.end(), [](const WatchQuery& query) { return !query.negative; }))
    throw Error(ErrorKind::kInvalidArgument, "nothing is watched for; give a text, such as \"a red car\"");
}

}  // namespace blip
