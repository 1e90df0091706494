#include "plugins/support/text_queue.h"

#include <utility>

namespace blip {
namespace {

constexpr std::chrono::milliseconds kFirstPatience{500}, kLaterPatience{20};

}  // namespace

void TextQueue::set_mode(CueMode mode) {
  const std::lock_guard lock(mutex_);
  track_.set_mode(mode);
}

void TextQueue::set_max_age(Duration age) {
  const std::lock_guard lock(mutex_);
  max_age_ = age;
}

void TextQueue::advance(std::int64_t time) {
  const std::lock_guard lock(mutex_);
  last_news_ = std::chrono::steady_clock::now();
  track_.advance(time);
  collect();
}

void TextQueue::sampled(std::uint64_t id, std::int64_t start, std::optional<std::int64_t> end) {
  const std::lock_guard lock(mutex_);
  track_.sampled(id, start, end);
  collect();
}

void TextQueue::resolve(std::uint64_t id, std::shared_ptr<const Finding> finding) {
  const std::lock_guard lock(mutex_);
  track_.resolve(id, std::move(finding));
  collect();
}

void TextQueue::drop(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  track_.drop(id);
  collect();
}

void TextQueue::mark(std::optional<std::int64_t> end, std::optional<std::int64_t> restart, EventPtr event) {
  const std::lock_guard lock(mutex_);
  marks_.push_back(std::move(event));
  track_.mark(end, restart);
  collect();
}

void TextQueue::set_wanted(bool wanted) {
  const std::lock_guard lock(mutex_);
  wanted_ = wanted;
  flow_ = GST_FLOW_OK;
  started_ = false;
  items_.clear();
  if (!wanted) return;
  for (const EventPtr* event : {&stream_start_, &segment_, &end_}) {
    if (*event) items_.emplace_back(share(event->get()));
  }
  item_there_.notify_all();
}

std::optional<TextQueue::Item> TextQueue::pop() {
  std::unique_lock lock(mutex_);
  const auto ready = [this] { return flushing_ || !active_ || !items_.empty(); };
  while (!ready()) {
    if (!track_.has_open_cue()) {
      item_there_.wait(lock);
    } else if (!item_there_.wait_for(lock, patience_, ready)) {
      look_after_open_cue();
    }
  }
  if (flushing_ || !active_) return std::nullopt;
  Item item = std::move(items_.front());
  items_.pop_front();
  pushing_ = true;
  const auto* event = std::get_if<EventPtr>(&item);
  if (event != nullptr && GST_EVENT_TYPE(event->get()) == GST_EVENT_STREAM_START) started_ = true;
  return item;
}

void TextQueue::look_after_open_cue() {
  if (max_age_ > Duration::zero() && std::chrono::steady_clock::now() - last_news_ >= max_age_) {
    if (track_.end_open()) collect();
    return;
  }
  if (video_stalled_() < patience_ || !track_.flush_open()) return;
  patience_ = kLaterPatience;
  collect();
}

void TextQueue::done(GstFlowReturn flow) {
  const std::lock_guard lock(mutex_);
  pushing_ = false;
  if (!flushing_) flow_ = flow;
  pushed_.notify_all();
}

bool TextQueue::wait_done(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return pushed_.wait_for(lock, limit, [this] { return !pushing_; });
}

GstFlowReturn TextQueue::flow() const {
  const std::lock_guard lock(mutex_);
  return wanted_ ? flow_ : GST_FLOW_NOT_LINKED;
}

void TextQueue::set_flushing(bool flushing) {
  const std::lock_guard lock(mutex_);
  flushing_ = flushing;
  flush_track();
  if (!flushing && wanted_ && stream_start_ && !started_) items_.emplace_back(share(stream_start_.get()));
  item_there_.notify_all();
}

void TextQueue::set_pad_active(bool active) {
  const std::lock_guard lock(mutex_);
  active_ = active;
  item_there_.notify_all();
}

void TextQueue::clear() {
  const std::lock_guard lock(mutex_);
  flush_track();
  patience_ = kFirstPatience;
  stream_start_.reset();
  flushing_ = false;
}

// A stream's start outlives a flush, its segment does not.
void TextQueue::flush_track() {
  for (EventPtr& event : marks_) {
    if (GST_EVENT_TYPE(event.get()) == GST_EVENT_STREAM_START) {
      stream_start_ = std::move(event);
      started_ = false;
    }
  }
  marks_.clear();
  items_.clear();
  track_.reset();
  segment_.reset();
  end_.reset();
  flow_ = GST_FLOW_OK;
}

void TextQueue::collect() {
  for (TextStep& step : track_.take()) {
    if (step.kind == TextStep::Kind::kMark) {
      emit(std::move(marks_.front()));
      marks_.pop_front();
    } else if (wanted_) {
      auto* last = items_.empty() ? nullptr : std::get_if<TextStep>(&items_.back());
      const bool longer_gap = last != nullptr && step.kind == TextStep::Kind::kGap &&
                              last->kind == TextStep::Kind::kGap && last->end == step.start;
      if (longer_gap) {
        last->end = step.end;
      } else {
        items_.emplace_back(std::move(step));
      }
    }
  }
  // Also when a cue has opened: the task then has to look after it.
  item_there_.notify_all();
}

void TextQueue::emit(EventPtr event) {
  switch (GST_EVENT_TYPE(event.get())) {
    case GST_EVENT_STREAM_START:
      stream_start_ = share(event.get());
      started_ = false;
      segment_.reset();
      end_.reset();
      break;
    case GST_EVENT_SEGMENT:
      segment_ = share(event.get());
      end_.reset();
      break;
    case GST_EVENT_EOS:
      end_ = share(event.get());
      break;
    default:
      break;
  }
  if (wanted_) items_.emplace_back(std::move(event));
}

}  // namespace blip
