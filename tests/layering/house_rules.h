#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace blip::layering {

// A folder and everything below it, unless a deeper room holds the file.
struct Room {
  std::string path;
  std::vector<std::string> includes;  // folders or single headers of the house, besides the room itself
  std::vector<std::string>
      libraries;  // from outside, by their names in Rules::libraries; the standard library and POSIX always
};

// What a file is excused from, and why.
struct Exception {
  std::string path;  // a file, or a folder with a closing '/'
  std::string reason;
};

struct Rules {
  std::vector<std::string> code_folders;  // where sources lie; rooms, tests and sizes are checked there
  std::vector<std::string> free_folders;  // no rooms and no mirrored tests there
  std::map<std::string, std::vector<std::string>> libraries;  // name -> what its include paths begin with
  std::vector<Room> rooms;
  std::vector<std::string> forbidden_folder_names;
  std::map<std::string, std::string> forbidden_words;  // whole word, or its beginning and '*' -> why
  std::size_t source_lines = 0;                        // most lines of a .cpp
  std::size_t header_lines = 0;                        // most lines of a .h
  std::vector<Exception> may_be_long, may_share_a_name, may_lack_a_test, may_hold_words;
};

Rules house_rules();

}  // namespace blip::layering
