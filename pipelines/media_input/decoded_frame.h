#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "core/base/image_view.h"
#include "plugins/support/frame_view.h"

namespace blip {

// A frame of raw video, mapped for reading, and its place in stream time. Keeps its buffer. Safe from any thread.
class DecodedFrame {
 public:
  // Throws Error(kInvalidData) when the buffer is no such frame.
  DecodedFrame(GstBuffer* buffer, GstCaps* caps, const FrameFormat& format, Orientation orientation, std::int64_t time,
               std::int64_t duration);
  ~DecodedFrame();
  DecodedFrame(const DecodedFrame&) = delete;
  DecodedFrame& operator=(const DecodedFrame&) = delete;

  const ImageView& image() const { return view_->image(); }
  std::int64_t time() const { return time_; }          // nanoseconds of stream time
  std::int64_t duration() const { return duration_; }  // nanoseconds; 0 = not known
  GstBuffer* buffer() const { return buffer_; }
  GstCaps* caps() const { return caps_; }

 private:
  GstBuffer* buffer_;  // references of its own
  GstCaps* caps_;
  std::unique_ptr<const FrameView> view_;
  std::int64_t time_, duration_;
};
using DecodedFramePtr = std::shared_ptr<const DecodedFrame>;

// Gives the buffers of one stream their place: what an appsink gets becomes frames. Not thread-safe.
class FrameReader {
 public:
  // Added to the stream time of every frame, nanoseconds.
  explicit FrameReader(std::int64_t shift = 0) : shift_(shift) {}
  ~FrameReader();
  FrameReader(const FrameReader&) = delete;
  FrameReader& operator=(const FrameReader&) = delete;

  void set_orientation(Orientation orientation) { orientation_ = orientation; }
  // Null for a frame that has no time, or one not after the frame before: such a frame cannot be shown. A frame of a
  // decoder with few buffers is copied, so that keeping frames does not stop it. Throws Error(kInvalidData) for what is
  // no raw video.
  DecodedFramePtr read(GstSample* sample);

 private:
  std::int64_t shift_;
  Orientation orientation_ = Orientation::kUpright;
  GstCaps* caps_ = nullptr;  // of the last frame; a reference
  std::optional<FrameFormat> format_;
  std::optional<std::int64_t> last_time_;
};

}  // namespace blip
