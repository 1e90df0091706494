#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core/engine/feature_cache.h"
#include "core/engine/request.h"
#include "core/generate/search_pool.h"

namespace blip {

// The sequences of all callers that one model decodes together. Never throws: what goes wrong goes into the request it
// belongs to. When a step of several fails, each of them starts again, alone, one after the other, so that only the
// guilty one fails. Not safe from several threads.
class DecodePool {
 public:
  DecodePool(ServedModel model, FeatureCache& cache) : model_(std::move(model)), cache_(cache) {}

  bool idle() const { return running_.empty() && suspects_.empty(); }
  // Whether a sequence of a caller with this batch size may join, when `joining` others are about to.
  bool has_room(std::size_t batch_size, std::size_t joining) const;

  void join(const Slice& slice) noexcept;         // one item of a DecodeRequest
  void drop_stale() noexcept;                     // sequences of cancelled requests leave
  void step() noexcept;                           // of all that run
  void abandon(const Failure& failure) noexcept;  // every request in it fails

 private:
  using Ticket = SearchPool::Ticket;

  void start(const Slice& slice);
  void fail(const std::shared_ptr<Request>& request, const Failure& failure) noexcept;
  void collect();
  void suspect_all();
  void close();

  ServedModel model_;
  FeatureCache& cache_;
  std::unique_ptr<Decoding> decoding_;
  std::optional<SearchPool> pool_;  // uses decoding_
  std::map<Ticket, Slice> running_;
  std::deque<Slice> suspects_;
};

}  // namespace blip
