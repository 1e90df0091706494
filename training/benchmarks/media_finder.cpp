#include "training/benchmarks/media_finder.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <system_error>

namespace blip {
namespace {

constexpr std::array<std::string_view, 6> kVideos{".mp4", ".avi", ".webm", ".mkv", ".mov", ".m4v"};
constexpr std::array<std::string_view, 3> kPictures{".jpg", ".jpeg", ".png"};

bool is_one_of(const auto& extensions, const std::filesystem::path& file) {
  std::string extension = file.extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::ranges::find(extensions, extension) != extensions.end();
}

}  // namespace

std::optional<std::filesystem::path> MediaFinder::in_folders(const std::filesystem::path& name) const {
  std::error_code ignored;  // a name that no file can have is not there
  for (const auto& folder : folders_)
    if (auto file = (folder / name).lexically_normal(); std::filesystem::is_regular_file(file, ignored)) return file;
  return std::nullopt;
}

std::optional<std::filesystem::path> MediaFinder::find(const std::string& name) const {
  if (auto file = in_folders(name)) return file;
  const bool is_picture = is_one_of(kPictures, name), is_video = is_one_of(kVideos, name);
  const std::string stem = is_picture || is_video ? std::filesystem::path(name).replace_extension().string() : name;
  if (!is_picture)
    for (const std::string_view extension : kVideos)
      if (auto file = in_folders(stem + std::string(extension))) return file;
  if (!is_video)
    for (const std::string_view extension : kPictures)
      if (auto file = in_folders(stem + std::string(extension))) return file;
  return std::nullopt;
}

MediaKind media_kind(const std::filesystem::path& file) {
  return is_one_of(kPictures, file) ? MediaKind::kImage : MediaKind::kVideo;
}

}  // namespace blip
