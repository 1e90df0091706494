#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace blip {

// A text that new material is held against.
struct StandingQuery {
  std::int64_t id = 0;  // never used again
  std::string text;
  double threshold = 0.5;  // least match probability of an alert, 0 to 1
  std::string webhook;     // URL that alerts are posted to; empty = none
};

// The standing queries that an index keeps. They may be changed while another program indexes: each call is a short
// transaction of its own. Not thread-safe. Throws as IndexWriter does.
class StandingQueries {
 public:
  // Makes the index if it is lacking.
  explicit StandingQueries(const std::filesystem::path& index);
  ~StandingQueries();
  StandingQueries(StandingQueries&&) noexcept;
  StandingQueries& operator=(StandingQueries&&) noexcept;

  // `query.id` is not looked at. Throws Error(kInvalidArgument) for an empty text or a threshold that is no
  // probability. Returns the new query's id.
  std::int64_t add(const StandingQuery& query);
  std::vector<StandingQuery> list() const;  // by id
  bool remove(std::int64_t id);             // false: there is none

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace blip
