#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "plugins/queries/query.h"

namespace blip {

// Where an element's queries come from: the three add up.
struct QuerySettings {
  std::string queries;          // separated by ';'
  std::string queries_file;     // a text a line
  std::string embeddings_file;  // JSON lines
  bool empty() const { return queries.empty() && queries_file.empty() && embeddings_file.empty(); }
  bool operator==(const QuerySettings&) const = default;
};

// The queries as they are now: files are read again when they have changed. Not thread-safe.
class QuerySource {
 public:
  // Looks whether anything has changed since the last call. A file that cannot be read is a failure; the queries then
  // stay as they were, and it is not looked at again until it changes.
  std::optional<Failure> refresh(const QuerySettings& settings);
  const std::vector<Query>& queries() const { return queries_; }
  // Raised whenever queries() changes.
  std::uint64_t version() const { return version_; }

 private:
  struct State {
    QuerySettings settings;
    std::optional<std::filesystem::file_time_type> queries_written, embeddings_written;
    bool operator==(const State&) const = default;
  };

  std::optional<State> seen_;
  std::vector<Query> queries_;
  std::uint64_t version_ = 0;
};

}  // namespace blip
