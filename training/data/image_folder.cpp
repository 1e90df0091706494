#include "training/data/image_folder.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string_view>

#include "core/base/error.h"
#include "core/text/utf8.h"

namespace blip {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_picture(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
  return extension == ".jpg" || extension == ".jpeg" || extension == ".png";
}

std::vector<std::string> read_lines(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.is_open() || in.bad()) throw Error(ErrorKind::kFailed, "cannot read '" + path.string() + "'");
  if (!is_utf8(text)) throw Error(ErrorKind::kInvalidData, "'" + path.string() + "' is not UTF-8");
  std::vector<std::string> lines;
  for (std::size_t begin = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string line = text.substr(begin, end - begin);
    if (line.ends_with('\r')) line.pop_back();
    if (line.find_first_not_of(" \t") != std::string::npos) lines.push_back(std::move(line));
    begin = end + 1;
  }
  if (lines.empty()) throw Error(ErrorKind::kInvalidData, "'" + path.string() + "' is empty");
  return lines;
}

}  // namespace

ImageFolder read_image_folder(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder))
    throw Error(ErrorKind::kNotFound, "folder '" + folder.string() + "' does not exist");
  std::vector<std::filesystem::path> pictures;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && is_picture(entry.path())) pictures.push_back(entry.path());
  std::sort(pictures.begin(), pictures.end());

  ImageFolder result;
  for (const auto& picture : pictures) {
    auto text = picture;
    text.replace_extension(".txt");
    if (!std::filesystem::exists(text)) {
      result.warnings.push_back("picture '" + picture.string() + "' has no '" + text.filename().string() +
                                "' beside it");
      continue;
    }
    const std::string name = picture.lexically_relative(folder).string();
    result.entries.push_back({name, read_lines(text), name});
  }
  if (!result.entries.empty()) return result;
  throw Error(ErrorKind::kInvalidData, "folder '" + folder.string() + "' holds no picture (" +
                                           std::to_string(pictures.size()) + " without a .txt beside)");
}

}  // namespace blip
