#include "tests/layering/source_tree.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <string_view>
#include <utility>

namespace blip::layering {
namespace {

namespace fs = std::filesystem;

std::string_view without_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text;
}

// What follows `word` in the text, blanks skipped; nothing if the text does not begin with it.
std::optional<std::string_view> after(std::string_view text, std::string_view word) {
  text = without_blanks(text);
  if (!text.starts_with(word)) return std::nullopt;
  return without_blanks(text.substr(word.size()));
}

std::optional<Include> parse_include(std::string_view text) {
  const auto directive = after(text, "#");
  const auto name = directive ? after(*directive, "include") : std::nullopt;
  if (!name || name->empty() || (name->front() != '"' && name->front() != '<')) return std::nullopt;
  const bool quoted = name->front() == '"';
  const std::size_t end = name->find(quoted ? '"' : '>', 1);
  if (end == std::string_view::npos) return std::nullopt;
  return Include{std::string(name->substr(1, end - 1)), quoted, 0};
}

SourceFile read_source(const fs::path& root, const fs::path& file) {
  SourceFile source;
  source.path = file.lexically_relative(root).generic_string();
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (auto include = parse_include(line)) {
      include->line = source.lines.size() + 1;
      source.includes.push_back(std::move(*include));
    }
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
