#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/outcome.h"

namespace blip {

// A text that frames are compared with.
struct Query {
  std::string text;
  bool negative = false;         // a match of it speaks against the others
  std::vector<float> embedding;  // given beforehand; empty = the model makes it
  bool operator==(const Query&) const = default;
};

// A list of texts separated by ';', white space around them left out, empty ones too.
std::vector<std::string> split_texts(std::string_view list);

// The same as queries; '-' before a text makes it negative.
std::vector<Query> parse_queries(std::string_view list);

// A text a line, as UTF-8; empty lines and lines that begin with '#' are left out. Fails with kNotFound, with
// kInvalidData naming the line that is not UTF-8, and with kInvalidArgument when there is no text or are more than
// 10,000.
Outcome<std::vector<std::string>> read_texts(const std::string& path);

// The same as queries; '-' before a text makes it negative.
Outcome<std::vector<Query>> read_queries(const std::string& path);

// JSON lines {"text": "a red car", "embedding": [0.1, ...], "negative": false}; embeddings are brought to unit length.
// Fails as read_texts(), and with kInvalidData naming the line.
Outcome<std::vector<Query>> read_embedded_queries(const std::string& path);

}  // namespace blip
