#include "pipelines/indexing/media_files.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include "pipelines/media_input/url_source.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 27> kExtensions{
    ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".ts",  ".m2ts", ".mts", ".mpg", ".mpeg", ".mpe",  ".m2v", ".vob",
    ".ogv", ".ogm", ".flv", ".f4v", ".wmv",  ".asf", ".3gp", ".3g2",  ".mxf", ".y4m", ".jpg",  ".jpeg", ".png"};

std::string lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

bool is_hidden(const fs::path& path) {
  return path.filename().string().starts_with('.');
}

void add_folder(const fs::path& folder, MediaList& list) {
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    std::error_code ignored;
    if (is_hidden(entry->path())) {
      if (entry->is_directory(ignored)) entry.disable_recursion_pending();
    } else if (entry->is_regular_file(ignored) && is_media_name(entry->path())) {
      list.files.push_back(
          {entry->path().string(), entry->path().string(), entry->path().lexically_relative(folder).string()});
    }
  }
  if (error) list.problems.push_back(folder.string() + ": cannot be read: " + error.message());
}

}  // namespace

bool is_media_name(const fs::path& path) {
  const std::string extension = lower_case(path.extension().string());
  return !is_hidden(path) && std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

std::string lasting_path(const fs::path& path) {
  const fs::path whole = fs::absolute(path).lexically_normal();
  std::error_code error;
  const fs::path folder = fs::canonical(whole.parent_path(), error);
  return error ? whole.string() : (folder / whole.filename()).string();
}

MediaList find_media(const std::vector<std::string>& names) {
  MediaList list;
  for (const std::string& name : names) {
    if (is_url(name) && url_scheme(name) != "file") {
      list.files.push_back({name, shown_url(name), shown_url(name), true});
      continue;
    }
    const fs::path path = local_path(name);
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (fs::is_directory(status)) {
      const fs::path folder = fs::canonical(path, error);
      list.folders.push_back(folder.string());
      add_folder(folder, list);
    } else if (status.type() == fs::file_type::not_found) {
      list.problems.push_back(name + ": no such file or folder; check the name");
    } else {
      const std::string file = lasting_path(path);
      list.files.push_back({file, file, path.filename().string()});
    }
  }
  const auto path_of = [](const SourceFile& file) -> const std::string& { return file.path; };
  std::ranges::stable_sort(list.files, {}, path_of);
  const auto again = std::ranges::unique(list.files, {}, path_of);
  list.files.erase(again.begin(), again.end());
  return list;
}

// FNV-1a: a hash that never changes.
bool belongs_to(const SourceFile& file, const Shard& shard) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : file.relative) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  // Its low bits alone depend on little of the text.
  hash ^= hash >> 32;
  return hash % static_cast<std::uint64_t>(shard.count) == static_cast<std::uint64_t>(shard.number - 1);
}

}  // namespace blip
