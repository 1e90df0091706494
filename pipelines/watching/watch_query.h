#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace blip {

// A text that is watched for.
struct WatchQuery {
  std::string text;                 // one line; holds no ';'
  bool negative = false;            // where it is likelier than another text, that one does not match
  std::optional<double> threshold;  // match probability from which on it is an alert; none: the session's
  std::string webhook;              // where its alerts are sent, besides the program's own; empty: nowhere
  std::int64_t id = 0;              // of the index's standing query; 0 = it is none
};

// "a red car", or "-a toy car" for a negative one. Line breaks and ';' inside become spaces and commas, which say the
// same to a model. Throws Error(kInvalidArgument) when nothing is left, or the text is not UTF-8.
WatchQuery make_watch_query(std::string_view text);

// A text a line; empty lines and those that begin with '#' are left out. Throws Error naming the file: not there, not
// UTF-8 (with the line), no text in it.
std::vector<WatchQuery> read_watch_queries(const std::filesystem::path& file);

// Throws Error(kInvalidArgument) when there is none to match, two have the same text, or a threshold is not from 0
// to 1.
void check_watch_queries(const std::vector<WatchQuery>& queries);

}  // namespace blip
