#include "plugins/support/video_queue.h"

#include <algorithm>
#include <utility>

#include "plugins/meta/gst_blip_result_meta.h"

namespace blip {
namespace {

constexpr std::size_t kMaxBuffers = 4;
constexpr std::size_t kMaxWaitingBytes = std::size_t{64} << 20;  // of frames behind one that waits for its result

std::uint64_t distance(std::uint64_t from, std::uint64_t to) {
  return to > from ? to - from : 0;
}

// The frame with the result's metadata; how much older that is than the frame is said, if it is.
BufferPtr with_result(BufferPtr buffer, const FrameResult& result, std::uint64_t stream_time) {
  if (!result.meta) return buffer;
  GstStructure* structure = gst_structure_copy(result.meta.get());
  const std::uint64_t age = distance(result.stream_time, stream_time);
  if (age > 0) gst_structure_set(structure, "age", G_TYPE_UINT64, age, nullptr);
  BufferPtr writable(gst_buffer_make_writable(buffer.release()));
  gst_blip_buffer_set_result(writable.get(), structure);
  return writable;
}

}  // namespace

void VideoQueue::set_rules(const AttachRules& rules) {
  const std::lock_guard lock(mutex_);
  rules_ = rules;
  gate_ = {!rules.gated, 0};
  latest_.reset();
}

// A frame that waits for its result holds up those behind it: they may be more than a few.
bool VideoQueue::has_room() const {
  return buffers_ < kMaxBuffers || (!items_.front().waits_for.empty() && bytes_ < kMaxWaitingBytes);
}

GstFlowReturn VideoQueue::push(BufferPtr buffer, std::vector<std::uint64_t> analyses, std::uint64_t stream_time) {
  std::unique_lock lock(mutex_);
  room_there_.wait(lock, [this] { return flushing_ || is_fatal(flow_) || has_room(); });
  if (flushing_) return GST_FLOW_FLUSHING;
  if (is_fatal(flow_) || flow_ == GST_FLOW_EOS) return flow_;
  if (!rules_.exact) analyses.clear();
  const std::size_t bytes = gst_buffer_get_size(buffer.get());
  items_.push_back({std::move(buffer), std::move(analyses), {}, stream_time, bytes});
  ++buffers_;
  bytes_ += bytes;
  const GstFlowReturn flow = flow_;
  lock.unlock();  // first: a thread that wakes to find the lock taken would have to be woken twice
  item_there_.notify_one();
  return flow;
}

GstFlowReturn VideoQueue::push(EventPtr event) {
  const std::lock_guard lock(mutex_);
  if (flushing_) return GST_FLOW_FLUSHING;
  if (is_fatal(flow_)) return flow_;
  const GstEventType type = GST_EVENT_TYPE(event.get());
  if (flow_ == GST_FLOW_EOS && (type == GST_EVENT_STREAM_START || type == GST_EVENT_SEGMENT)) flow_ = GST_FLOW_OK;
  items_.push_back({std::move(event), {}, {}, 0, 0});
  item_there_.notify_one();
  return flow_;
}

void VideoQueue::resolve(std::uint64_t analysis, FrameResultPtr result) {
  const std::lock_guard lock(mutex_);
  if (!rules_.exact) {
    if (!result) return;
    if (result->gate) gate_ = *result->gate;
    if (result->meta) latest_ = std::move(result);
    return;
  }
  for (Entry& entry : items_) {
    if (std::erase(entry.waits_for, analysis) == 0) continue;
    if (result) entry.results.push_back(std::move(result));
    item_there_.notify_one();
    return;
  }
}

// Takes the frame's own results, or the newest there is, and says whether the gate lets it pass.
bool VideoQueue::passes(const Entry& entry) {
  for (const FrameResultPtr& result : entry.results) {
    if (result->gate) gate_ = *result->gate;
  }
  return gate_.open || entry.stream_time < gate_.open_until;
}

std::optional<VideoQueue::Item> VideoQueue::finish(Entry entry, bool open) const {
  auto* buffer = std::get_if<BufferPtr>(&entry.item);
  if (buffer == nullptr) return std::move(entry.item);
  if (open) {
    for (const FrameResultPtr& result : entry.results)
      *buffer = with_result(std::move(*buffer), *result, entry.stream_time);
    return std::move(entry.item);
  }
  if (!GST_BUFFER_PTS_IS_VALID(buffer->get())) return std::nullopt;
  return EventPtr(gst_event_new_gap(GST_BUFFER_PTS(buffer->get()), GST_BUFFER_DURATION(buffer->get())));
}

std::optional<VideoQueue::Item> VideoQueue::pop() {
  while (true) {
    std::unique_lock lock(mutex_);
    item_there_.wait(lock, [this] { return flushing_ || (!items_.empty() && items_.front().waits_for.empty()); });
    if (flushing_) return std::nullopt;
    Entry entry = std::move(items_.front());
    items_.pop_front();
    bool open = true;
    if (std::holds_alternative<BufferPtr>(entry.item)) {
      --buffers_;
      bytes_ -= entry.bytes;
      if (latest_) {
        const bool fresh = rules_.max_age == 0 || distance(latest_->stream_time, entry.stream_time) <= rules_.max_age;
        if (fresh) entry.results.push_back(latest_);
        latest_.reset();
      }
      open = passes(entry);
    }
    pushing_since_ = std::chrono::steady_clock::now();
    room_there_.notify_all();
    lock.unlock();
    if (auto item = finish(std::move(entry), open)) return item;
    done(std::nullopt);
  }
}

void VideoQueue::done(std::optional<GstFlowReturn> flow) {
  std::deque<Entry> dropped;
  const std::lock_guard lock(mutex_);
  pushing_since_.reset();
  if (flow) flow_ = *flow;
  if (is_fatal(flow_)) {
    dropped.swap(items_);
    buffers_ = bytes_ = 0;
  } else if (flow == GST_FLOW_EOS) {
    drop_buffers(dropped);
  }
  room_there_.notify_all();
}

// Into `dropped`, which is to be emptied without the lock; events stay.
void VideoQueue::drop_buffers(std::deque<Entry>& dropped) {
  std::deque<Entry> events;
  for (Entry& entry : items_) {
    auto& place = std::holds_alternative<BufferPtr>(entry.item) ? dropped : events;
    place.push_back(std::move(entry));
  }
  items_.swap(events);
  buffers_ = bytes_ = 0;
}

bool VideoQueue::wait_idle() {
  std::unique_lock lock(mutex_);
  const auto stopped = [this] { return flushing_ || is_fatal(flow_); };
  room_there_.wait(lock, [&] { return stopped() || (items_.empty() && !pushing_since_); });
  return !stopped();
}

std::deque<EventPtr> VideoQueue::set_flushing(bool flushing) {
  std::deque<Entry> dropped;
  {
    const std::lock_guard lock(mutex_);
    flushing_ = flushing;
    flow_ = GST_FLOW_OK;
    latest_.reset();
    gate_ = {!rules_.gated, 0};
    dropped.swap(items_);
    buffers_ = bytes_ = 0;
    item_there_.notify_all();
    room_there_.notify_all();
  }
  std::deque<EventPtr> events;
  for (Entry& entry : dropped) {
    if (auto* event = std::get_if<EventPtr>(&entry.item)) events.push_back(std::move(*event));
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
