#include "plugins/support/window_builder.h"

#include <algorithm>
#include <utility>

namespace blip {
namespace {

SampledFrame copy_of(const SampledFrame& frame) {
  SampledFrame copy;
  if (frame.buffer) copy.buffer = share(frame.buffer.get());
  copy.format = frame.format;
  copy.orientation = frame.orientation;
  copy.features = frame.features;
  copy.times = frame.times;
  return copy;
}

}  // namespace

std::vector<WindowBuilder::Window> WindowBuilder::add(SampledFrame frame, std::int64_t start,
                                                      std::optional<std::int64_t> end, const WindowOptions& options) {
  std::vector<Window> complete;
  if (options != options_) {
    if (auto rest = flush(start)) complete.push_back(std::move(*rest));
    options_ = options;
  }
  const auto length = static_cast<std::int64_t>(options_.length);
  if (length > 0 && !kept_.empty() && start >= *begin_ + length) complete.push_back(close(*begin_ + length));
  if (length > 0 && begin_ && (start < *begin_ || start >= *begin_ + length)) reset();
  if (!begin_) begin_ = start;
  kept_.push_back({std::move(frame), start, end, false});
  if (is_complete(kept_.back())) complete.push_back(close(length > 0 ? *begin_ + length : end.value_or(start)));
  return complete;
}

bool WindowBuilder::is_complete(const Kept& last) const {
  if (options_.length > 0) return last.end && *last.end >= *begin_ + static_cast<std::int64_t>(options_.length);
  return static_cast<std::int64_t>(kept_.size()) >= options_.frames;
}

// The collected frames as a window that ends at `end`; what the next one shares with it stays.
WindowBuilder::Window WindowBuilder::close(std::int64_t end) {
  Window window;
  window.start = *begin_;
  const std::size_t count = kept_.size();
  const std::size_t wanted = std::min(count, static_cast<std::size_t>(std::max<std::int64_t>(options_.frames, 1)));
  for (std::size_t i = 0; i < wanted; ++i)
    window.frames.push_back(copy_of(kept_[(2 * i + 1) * count / (2 * wanted)].frame));
  window.last_start = kept_.back().start;
  const std::int64_t next = end - static_cast<std::int64_t>(options_.overlap);
  for (Kept& kept : kept_) kept.reported = true;
  // The first frame goes in any case, so that windows make headway.
  do kept_.pop_front();
  while (!kept_.empty() && kept_.front().start < next);
  if (options_.length > 0) {
    begin_ = std::max(next, window.start + 1);
  } else {
    begin_ = kept_.empty() ? std::nullopt : std::optional(kept_.front().start);
  }
  const bool frame_without_end = options_.length == 0 && end <= window.last_start;
  if (!frame_without_end) window.end = begin_ ? std::clamp(*begin_, window.start + 1, end) : end;
  return window;
}

std::optional<WindowBuilder::Window> WindowBuilder::flush(std::optional<std::int64_t> end) {
  const bool fresh = std::any_of(kept_.begin(), kept_.end(), [](const Kept& kept) { return !kept.reported; });
  if (!fresh) {
    reset();
    return std::nullopt;
  }
  const std::int64_t last = kept_.back().end.value_or(kept_.back().start);
  Window window = close(std::max(end.value_or(last), kept_.back().start));
  if (end) window.end = std::max(*end, window.start);
  reset();
  return window;
}

std::optional<std::int64_t> WindowBuilder::collecting_since() const {
  if (kept_.empty()) return std::nullopt;
  return begin_;
}

void WindowBuilder::reset() {
  kept_.clear();
  begin_.reset();
}

}  // namespace blip
