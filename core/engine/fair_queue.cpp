#include "core/engine/fair_queue.h"

#include <algorithm>
#include <utility>

namespace blip {

void FairQueue::push(std::shared_ptr<Request> request, Clock::time_point now) {
  request->queued_at = now;
  const Caller* caller = &request->caller();
  auto lane = std::find_if(lanes_.begin(), lanes_.end(), [&](const Lane& l) { return l.caller == caller; });
  if (lane == lanes_.end()) lane = lanes_.insert(lanes_.end(), {caller, {}});
  lane->requests.push_back({std::move(request), 0});
}

void FairQueue::drop_stale() {
  for (auto lane = lanes_.begin(); lane != lanes_.end();) {
    std::erase_if(lane->requests, [](const Waiting& waiting) { return waiting.request->stale(); });
    lane = lane->requests.empty() ? lanes_.erase(lane) : std::next(lane);
  }
}

std::vector<Slice> FairQueue::take_batch(Clock::time_point now, const MoreMayCome& more_may_come) {
  drop_stale();
  for (auto head = lanes_.begin(); head != lanes_.end(); ++head) {
    const Request& first = *head->requests.front().request;
    const SessionOptions& options = first.caller().options();
    const std::vector<Slice> batch = gather(head);
    std::size_t items = 0;
    for (const Slice& slice : batch) items += slice.count;
    const bool full = first.kind() == RequestKind::kRank || items >= static_cast<std::size_t>(options.batch_size);
    if (!full && now < first.queued_at + options.batch_timeout && more_may_come(first.model().backend.get())) continue;
    remove(batch);
    return batch;
  }
  return {};
}

// What would run with the head's foremost request, without taking it.
std::vector<Slice> FairQueue::gather(std::list<Lane>::iterator head) const {
  const Request& first = *head->requests.front().request;
  const auto compatible = [&](const Request& other) {
    return other.kind() == first.kind() && other.model().backend == first.model().backend;
  };
  if (first.kind() == RequestKind::kRank) return {{head->requests.front().request, head->requests.front().taken, 1}};

  // How far each lane has got: which of its requests is next, and what was taken of the lane in all.
  struct Position {
    const Lane* lane;
    std::size_t request = 0;
    std::size_t offset = 0;  // into the request
  };
  std::vector<Position> positions;
  const auto add_lane = [&](const Lane& lane) { positions.push_back({&lane, 0, lane.requests.front().taken}); };
  for (auto lane = head; lane != lanes_.end(); ++lane) add_lane(*lane);
  for (auto lane = lanes_.begin(); lane != lanes_.end() && &*lane != &*head; ++lane) add_lane(*lane);

  std::vector<Slice> batch;
  auto room = static_cast<std::size_t>(std::max(1, first.caller().options().batch_size));
  for (bool took = true; took && room > 0;) {
    took = false;
    for (Position& at : positions) {
      if (room == 0) break;
      if (at.request >= at.lane->requests.size()) continue;
      const auto& request = at.lane->requests[at.request].request;
      if (!compatible(*request)) continue;
      auto slice = std::find_if(batch.begin(), batch.end(), [&](const Slice& s) { return s.request == request; });
      if (slice == batch.end()) slice = batch.insert(batch.end(), {request, at.offset, 0});
      ++slice->count;
      --room;
      took = true;
      if (++at.offset >= request->items()) {
        ++at.request;
        at.offset = 0;
      }
    }
  }
  return batch;
}

// Takes the slices out and moves their lanes to the end of the line, the head's behind the others'.
void FairQueue::remove(std::span<const Slice> slices) {
  const auto remove_one = [&](const Slice& slice) {
    const Caller* caller = &slice.request->caller();
    const auto lane = std::find_if(lanes_.begin(), lanes_.end(), [&](const Lane& l) { return l.caller == caller; });
    const auto waiting = std::find_if(lane->requests.begin(), lane->requests.end(),
                                      [&](const Waiting& w) { return w.request == slice.request; });
    waiting->taken += slice.count;
    if (waiting->taken >= waiting->request->items()) lane->requests.erase(waiting);
    if (lane->requests.empty()) {
      lanes_.erase(lane);
    } else {
      lanes_.splice(lanes_.end(), lanes_, lane);
    }
  };
  for (const Slice& slice : slices.subspan(1)) remove_one(slice);
  remove_one(slices.front());
}

std::optional<FairQueue::Clock::time_point> FairQueue::ready_at() const {
  std::optional<Clock::time_point> earliest;
  for (const Lane& lane : lanes_) {
    const Request& first = *lane.requests.front().request;
    const auto ready = first.queued_at + first.caller().options().batch_timeout;
    if (!earliest || ready < *earliest) earliest = ready;
  }
  return earliest;
}

Slice FairQueue::take_one(const std::function<bool(const Request&)>& fits) {
  drop_stale();
  for (const Lane& lane : lanes_) {
    const Waiting& waiting = lane.requests.front();
    if (!fits(*waiting.request)) continue;
    Slice slice{waiting.request, waiting.taken, 1};
    remove(std::span(&slice, 1));
    return slice;
  }
  return {};
}

std::vector<std::shared_ptr<Request>> FairQueue::take_all() {
  std::vector<std::shared_ptr<Request>> all;
  for (Lane& lane : lanes_) {
    for (Waiting& waiting : lane.requests) all.push_back(std::move(waiting.request));
  }
  lanes_.clear();
  return all;
}

}  // namespace blip
