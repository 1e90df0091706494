#include "tests/layering/source_tree.h"

#include <algorithm>
#include <fstream>
#include <regex>
#include <utility>

namespace blip::layering {
namespace {

namespace fs = std::filesystem;

SourceFile read_source(const fs::path& root, const fs::path& file) {
  static const std::regex include_line(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  SourceFile source;
  source.path = file.lexically_relative(root).generic_string();
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::smatch match;
    if (std::regex_search(line, match, include_line))
      source.includes.push_back({match[2].str(), match[1].str() == "\"", source.lines.size() + 1});
    source.lines.push_back(std::move(line));
  }
  return source;
}

template <class Visit>
void walk(const fs::path& root, const std::vector<std::string>& folders, Visit visit) {
  for (const std::string& folder : folders) {
    if (!fs::is_directory(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) visit(entry);
  }
}

}  // namespace

std::string SourceFile::folder() const {
  return fs::path(path).parent_path().generic_string();
}
std::string SourceFile::base_name() const {
  return fs::path(path).stem().generic_string();
}

std::vector<SourceFile> read_sources(const fs::path& root, const std::vector<std::string>& folders) {
  std::vector<SourceFile> sources;
  walk(root, folders, [&](const fs::directory_entry& entry) {
    const auto extension = entry.path().extension();
    if (entry.is_regular_file() && (extension == ".h" || extension == ".cpp"))
      sources.push_back(read_source(root, entry.path()));
  });
  std::sort(sources.begin(), sources.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return sources;
}

std::vector<std::string> list_folders(const fs::path& root, const std::vector<std::string>& folders) {
  std::vector<std::string> found;
  walk(root, folders, [&](const fs::directory_entry& entry) {
    if (entry.is_directory()) found.push_back(entry.path().lexically_relative(root).generic_string());
  });
  std::sort(found.begin(), found.end());
  return found;
}

bool lies_in(const std::string& path, const std::string& place) {
  if (!path.starts_with(place)) return false;
  return path.size() == place.size() || place.ends_with('/') || path[place.size()] == '/';
}

}  // namespace blip::layering
