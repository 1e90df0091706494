#include "plugins/support/video_queue.h"

#include <utility>

namespace blip {
namespace {

constexpr std::size_t kMaxBuffers = 4;

}  // namespace

GstFlowReturn VideoQueue::push(BufferPtr buffer) {
  std::unique_lock lock(mutex_);
  room_there_.wait(lock, [this] { return flushing_ || is_fatal(flow_) || buffers_ < kMaxBuffers; });
  if (flushing_) return GST_FLOW_FLUSHING;
  if (is_fatal(flow_) || flow_ == GST_FLOW_EOS) return flow_;
  items_.emplace_back(std::move(buffer));
  ++buffers_;
  item_there_.notify_one();
  return flow_;
}

GstFlowReturn VideoQueue::push(EventPtr event) {
  const std::lock_guard lock(mutex_);
  if (flushing_) return GST_FLOW_FLUSHING;
  if (is_fatal(flow_)) return flow_;
  const GstEventType type = GST_EVENT_TYPE(event.get());
  if (flow_ == GST_FLOW_EOS && (type == GST_EVENT_STREAM_START || type == GST_EVENT_SEGMENT)) flow_ = GST_FLOW_OK;
  items_.emplace_back(std::move(event));
  item_there_.notify_one();
  return flow_;
}

std::optional<VideoQueue::Item> VideoQueue::pop() {
  std::unique_lock lock(mutex_);
  item_there_.wait(lock, [this] { return flushing_ || !items_.empty(); });
  if (flushing_) return std::nullopt;
  Item item = std::move(items_.front());
  items_.pop_front();
  if (std::holds_alternative<BufferPtr>(item)) --buffers_;
  pushing_since_ = std::chrono::steady_clock::now();
  room_there_.notify_all();
  return item;
}

void VideoQueue::done(std::optional<GstFlowReturn> flow) {
  std::deque<Item> dropped;
  const std::lock_guard lock(mutex_);
  pushing_since_.reset();
  if (flow) flow_ = *flow;
  if (is_fatal(flow_)) {
    dropped.swap(items_);
    buffers_ = 0;
  } else if (flow == GST_FLOW_EOS) {
    drop_buffers(dropped);
  }
  room_there_.notify_all();
}

// Into `dropped`, which is to be emptied without the lock; events stay.
void VideoQueue::drop_buffers(std::deque<Item>& dropped) {
  std::deque<Item> events;
  for (Item& item : items_) {
    auto& place = std::holds_alternative<BufferPtr>(item) ? dropped : events;
    place.push_back(std::move(item));
  }
  items_.swap(events);
  buffers_ = 0;
}

bool VideoQueue::wait_idle() {
  std::unique_lock lock(mutex_);
  const auto stopped = [this] { return flushing_ || is_fatal(flow_); };
  room_there_.wait(lock, [&] { return stopped() || (items_.empty() && !pushing_since_); });
  return !stopped();
}

std::deque<EventPtr> VideoQueue::set_flushing(bool flushing) {
  std::deque<Item> dropped;
  {
    const std::lock_guard lock(mutex_);
    flushing_ = flushing;
    flow_ = GST_FLOW_OK;
    dropped.swap(items_);
    buffers_ = 0;
    item_there_.notify_all();
    room_there_.notify_all();
  }
  std::deque<EventPtr> events;
  for (Item& item : dropped) {
    if (auto* event = std::get_if<EventPtr>(&item)) events.push_back(std::move(*event));
  }
  return events;
}

GstFlowReturn VideoQueue::flow() const {
  const std::lock_guard lock(mutex_);
  return flow_;
}

std::chrono::steady_clock::duration VideoQueue::pushing_for() const {
  const std::lock_guard lock(mutex_);
  return pushing_since_ ? std::chrono::steady_clock::now() - *pushing_since_
                        : std::chrono::steady_clock::duration::zero();
}

}  // namespace blip
