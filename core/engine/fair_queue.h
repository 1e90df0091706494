#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/engine/request.h"

namespace blip {

// Requests that wait, a lane for each caller. Lanes are served in turn: whoever has been served goes to the end of the
// line. Stale requests are thrown away when they are met. Not safe from several threads.
class FairQueue {
 public:
  using Clock = Request::Clock;
  // Whether somebody who has no request here might send one for this model soon.
  using MoreMayCome = std::function<bool(const Backend* model)>;

  void push(std::shared_ptr<Request> request, Clock::time_point now);

  // Requests of one model and kind that run together: up to the batch size of the caller whose turn it is, items taken
  // from all lanes in turn. Rankings run alone. A batch that is not full waits for its first request's batch timeout as
  // long as more may come; empty when there is none or none is ready.
  std::vector<Slice> take_batch(Clock::time_point now, const MoreMayCome& more_may_come);
  // When the next batch will be ready without anything else happening; none when nothing waits.
  std::optional<Clock::time_point> ready_at() const;

  // One item of the first lane in turn whose foremost request `fits`; empty request when there is none.
  Slice take_one(const std::function<bool(const Request&)>& fits);

  std::vector<std::shared_ptr<Request>> take_all();  // in no particular order
  bool empty() const { return lanes_.empty(); }

 private:
  struct Waiting {
    std::shared_ptr<Request> request;
    std::size_t taken = 0;  // items
  };
  struct Lane {
    const Caller* caller;
    std::deque<Waiting> requests;
  };

  void drop_stale();
  std::vector<Slice> gather(std::list<Lane>::iterator head) const;
  void remove(std::span<const Slice> slices);

  std::list<Lane> lanes_;  // none empty; the front is next
};

}  // namespace blip
