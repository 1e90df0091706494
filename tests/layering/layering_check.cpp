#include "tests/layering/layering_check.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <map>
#include <string_view>
#include <utility>

#include "tests/layering/source_tree.h"

namespace blip::layering {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

bool excused(const std::string& path, const std::vector<Exception>& exceptions) {
  return std::any_of(exceptions.begin(), exceptions.end(), [&](const auto& e) { return lies_in(path, e.path); });
}

bool lies_in_any(const std::string& path, const std::vector<std::string>& places) {
  return std::any_of(places.begin(), places.end(), [&](const auto& place) { return lies_in(path, place); });
}

// The deepest room that holds the file; null = none.
const Room* room_of(const std::string& path, const Rules& rules) {
  const Room* found = nullptr;
  for (const Room& room : rules.rooms)
    if (lies_in(path, room.path) && (found == nullptr || room.path.size() > found->path.size())) found = &room;
  return found;
}

std::string library_of(const std::string& include, const Rules& rules) {
  for (const auto& [name, prefixes] : rules.libraries)
    for (const std::string& prefix : prefixes)
      if (include.starts_with(prefix)) return name;
  return "";
}

// What is wrong with an include of this room's file, or nothing.
std::string complaint(const Include& include, const Room& room, const fs::path& root, const Rules& rules) {
  if (include.quoted) {
    if (!fs::is_regular_file(root / include.path)) return "is not a file named from the root of the tree";
    const Room* target = room_of(include.path, rules);
    if (target == &room || lies_in_any(include.path, room.includes)) return "";
    return "is against the arrows: " + room.path + " may not include " + (target ? target->path : "it");
  }
  const std::string library = library_of(include.path, rules);
  if (library.empty()) {
    const bool standard = include.path.find('/') == std::string::npos || include.path.starts_with("sys/");
    return standard ? "" : "belongs to a library that the rules do not name";
  }
  if (std::find(room.libraries.begin(), room.libraries.end(), library) != room.libraries.end()) return "";
  return "is against the arrows: " + room.path + " may not use " + library;
}

// The identifiers and numbers of a line.
Lines words_of(const std::string& line) {
  const auto in_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  Lines words;
  for (auto begin = std::find_if(line.begin(), line.end(), in_word); begin != line.end();) {
    const auto end = std::find_if_not(begin, line.end(), in_word);
    words.emplace_back(begin, end);
    begin = std::find_if(end, line.end(), in_word);
  }
  return words;
}

bool matches(const std::string& word, const std::string& pattern) {
  if (!pattern.ends_with('*')) return word == pattern;
  return word.starts_with(pattern.substr(0, pattern.size() - 1));
}

std::string at(const SourceFile& file, std::size_t line) {
  return file.path + ":" + std::to_string(line) + ": ";
}

std::vector<SourceFile> sources_under_rules(const fs::path& root, const Rules& rules) {
  auto files = read_sources(root, rules.code_folders);
  std::erase_if(files, [&](const SourceFile& file) { return lies_in_any(file.path, rules.free_folders); });
  return files;
}

}  // namespace

Lines check_includes(const fs::path& root, const Rules& rules) {
  Lines violations;
  for (const SourceFile& file : sources_under_rules(root, rules)) {
    const Room* room = room_of(file.path, rules);
    if (room == nullptr) {
      violations.push_back(file.path + ": lies in no room of the rules");
      continue;
    }
    for (const Include& include : file.includes) {
      const std::string wrong = complaint(include, *room, root, rules);
      if (!wrong.empty()) violations.push_back(at(file, include.line) + "'" + include.path + "' " + wrong);
    }
  }
  return violations;
}

Lines check_sizes(const fs::path& root, const Rules& rules) {
  Lines violations;
  for (const SourceFile& file : read_sources(root, rules.code_folders)) {
    const std::size_t most = file.is_header() ? rules.header_lines : rules.source_lines;
    if (file.lines.size() > most && !excused(file.path, rules.may_be_long))
      violations.push_back(file.path + ": has " + std::to_string(file.lines.size()) + " lines, at most " +
                           std::to_string(most) + "; split it");
  }
  return violations;
}

Lines check_names(const fs::path& root, const Rules& rules) {
  Lines violations;
  std::map<std::string, std::string> first_folder;
  for (const SourceFile& file : sources_under_rules(root, rules)) {
    const auto [entry, is_new] = first_folder.emplace(file.base_name(), file.folder());
    if (!is_new && entry->second != file.folder() && !excused(file.path, rules.may_share_a_name))
      violations.push_back(file.path + ": the name '" + file.base_name() + "' is taken by " + entry->second);
  }
  for (const std::string& folder : list_folders(root, rules.code_folders)) {
    const std::string name = fs::path(folder).filename().generic_string();
    const auto& forbidden = rules.forbidden_folder_names;
    if (std::find(forbidden.begin(), forbidden.end(), name) != forbidden.end())
      violations.push_back(joined({folder, ": '", name, "' says nothing; name the folder after what it holds"}));
  }
  return violations;
}

Lines check_tests(const fs::path& root, const Rules& rules) {
  Lines violations;
  for (const SourceFile& file : sources_under_rules(root, rules)) {
    if (file.is_header() || excused(file.path, rules.may_lack_a_test)) continue;
    const std::string test = "tests/" + file.folder() + "/" + file.base_name() + "_test.cpp";
    if (!fs::is_regular_file(root / test)) violations.push_back(file.path + ": has no test " + test);
  }
  return violations;
}

Lines check_words(const fs::path& root, const Rules& rules) {
  Lines violations;
  for (const SourceFile& file : read_sources(root, rules.code_folders)) {
    if (excused(file.path, rules.may_hold_words)) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      for (const std::string& word : words_of(file.lines[i])) {
        for (const auto& [pattern, why] : rules.forbidden_words)
          if (matches(word, pattern)) violations.push_back(joined({at(file, i + 1), "holds '", word, "'; ", why}));
      }
    }
  }
  return violations;
}

Lines check_exceptions(const fs::path& root, const Rules& rules) {
  Lines violations;
  for (const auto* list :
       {&rules.may_be_long, &rules.may_share_a_name, &rules.may_lack_a_test, &rules.may_hold_words}) {
    for (const Exception& exception : *list) {
      if (!fs::exists(root / exception.path)) violations.push_back(exception.path + ": is excused but not there");
      if (exception.reason.empty()) violations.push_back(exception.path + ": is excused without a reason");
    }
  }
  return violations;
}

}  // namespace blip::layering
