#include "core/engine/decode_pool.h"

#include <utility>

#include "core/engine/batch_runner.h"

namespace blip {

bool DecodePool::has_room(std::size_t batch_size, std::size_t joining) const {
  return suspects_.empty() && running_.size() + joining < batch_size;
}

void DecodePool::join(const Slice& slice) noexcept {
  if (slice.request->stale()) return;
  try {
    start(slice);
    ++model_.counters->sequences;
  } catch (...) {
    fail(slice.request, failure_of(std::current_exception()));
  }
}

void DecodePool::start(const Slice& slice) {
  const auto& request = static_cast<const DecodeRequest&>(*slice.request);
  const DecodeInput& input = request.inputs[slice.first];
  if (!pool_) {
    decoding_ = model_.backend->start_decoding();
    pool_.emplace(*decoding_, model_.sep);
  }
  running_.emplace(pool_->add(input, request.options), slice);
  cache_.used(input.clip.frames);
}

void DecodePool::drop_stale() noexcept {
  for (auto at = running_.begin(); at != running_.end();) {
    if (!at->second.request->stale()) {
      ++at;
      continue;
    }
    pool_->remove(at->first);
    at = running_.erase(at);
  }
  std::erase_if(suspects_, [](const Slice& slice) { return slice.request->stale(); });
  if (running_.empty()) close();
}

void DecodePool::step() noexcept {
  while (running_.empty() && !suspects_.empty()) {
    const Slice next = std::move(suspects_.front());
    suspects_.pop_front();
    if (next.request->stale()) continue;
    try {
      start(next);
    } catch (...) {
      fail(next.request, failure_of(std::current_exception()));
    }
  }
  if (running_.empty()) return close();
  try {
    ++model_.counters->decode_steps;
    pool_->step();
    collect();
  } catch (...) {
    const Failure failure = failure_of(std::current_exception());
    if (running_.size() == 1) {
      const auto request = running_.begin()->second.request;
      close();
      fail(request, failure);
    } else {
      suspect_all();
    }
  }
  if (running_.empty()) close();
}

void DecodePool::abandon(const Failure& failure) noexcept {
  for (auto& [ticket, slice] : running_) slice.request->fail(failure);
  for (Slice& slice : suspects_) slice.request->fail(failure);
  drop_stale();
}

// Hands results to their requests.
void DecodePool::collect() {
  for (SearchPool::Finished& finished : pool_->take_finished()) {
    const auto found = running_.find(finished.ticket);
    if (found == running_.end()) continue;  // its request has failed meanwhile
    const Slice slice = std::move(found->second);
    running_.erase(found);
    if (finished.error != nullptr || finished.results.empty()) {
      fail(slice.request, finished.error != nullptr ? failure_of(finished.error)
                                                    : Failure{ErrorKind::kFailed, "a search ended without a result"});
      continue;
    }
    static_cast<DecodeRequest&>(*slice.request).best[slice.first] = std::move(finished.results.front());
    slice.request->progress(1);
  }
}

void DecodePool::fail(const std::shared_ptr<Request>& request, const Failure& failure) noexcept {
  request->fail(failure);
  drop_stale();
}

void DecodePool::suspect_all() {
  for (auto& [ticket, slice] : running_) suspects_.push_back(std::move(slice));
  close();
}

// Lets the model forget all of its sequences.
void DecodePool::close() {
  running_.clear();
  pool_.reset();
  decoding_.reset();
}

}  // namespace blip
