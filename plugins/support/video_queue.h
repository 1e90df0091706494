#pragma once

#include <gst/gst.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <variant>
#include <vector>

#include "plugins/support/finding.h"
#include "plugins/support/gst_handles.h"

namespace blip {

// What an analysis means for the video.
struct FrameResult {
  StructurePtr meta;  // the custom meta that a frame is to carry, or null
  std::optional<Gate> gate;
  std::uint64_t stream_time = 0;  // of what was analysed, ns
};
using FrameResultPtr = std::shared_ptr<const FrameResult>;

// How results get onto the video.
struct AttachRules {
  bool exact = false;         // a frame waits for the results of the analyses it began
  bool gated = false;         // frames pass only where a result opened the gate
  std::uint64_t max_age = 0;  // ns; not exact: results of frames further back are not attached any more; 0 = all are
};

// What waits between the streaming thread and the source pad's task: frames, and the serialised events between them, in
// order. Frames that need not wait for a result are few; those that wait are bounded by their size. Thread-safe; no
// lock is held while something is pushed downstream.
class VideoQueue {
 public:
  using Item = std::variant<BufferPtr, EventPtr>;

  void set_rules(const AttachRules& rules);  // and forgets results; while nothing flows
  // Waits while the queue is full. `analyses` are those that begin with this frame, `stream_time` is in ns. Returns the
  // flow that the task last got, or FLUSHING. Once downstream has had enough (EOS), buffers are dropped until a new
  // stream or segment.
  GstFlowReturn push(BufferPtr buffer, std::vector<std::uint64_t> analyses = {}, std::uint64_t stream_time = 0);
  GstFlowReturn push(EventPtr event);  // never waits
  // The result of an analysis; null = there is none.
  void resolve(std::uint64_t analysis, FrameResultPtr result);
  // Waits for an item that may leave, which counts as being pushed until done(): a frame with its results, or a GAP
  // event in the place of one that the gate stops. Empty when flushing.
  std::optional<Item> pop();
  // The item of the last pop() has been pushed; of a buffer, with this result. An error empties the queue, and nothing
  // more gets in.
  void done(std::optional<GstFlowReturn> flow);
  // Waits until all is pushed; false when flushing or failed instead.
  bool wait_idle();

  // On: drops what waits and wakes everybody; off: starts anew. Returns the events dropped, sticky ones are the
  // caller's to keep.
  std::deque<EventPtr> set_flushing(bool flushing);

  GstFlowReturn flow() const;
  // How long the task has been inside one push; zero when it is not.
  std::chrono::steady_clock::duration pushing_for() const;

 private:
  struct Entry {
    Item item;
    std::vector<std::uint64_t> waits_for;
    std::vector<FrameResultPtr> results;
    std::uint64_t stream_time = 0;
    std::size_t bytes = 0;
  };

  bool has_room() const;
  bool passes(const Entry& entry);
  std::optional<Item> finish(Entry entry, bool open) const;
  void drop_buffers(std::deque<Entry>& dropped);
  static bool is_fatal(GstFlowReturn flow) { return flow < GST_FLOW_EOS; }

  mutable std::mutex mutex_;
  std::condition_variable item_there_, room_there_;
  std::deque<Entry> items_;
  std::size_t buffers_ = 0, bytes_ = 0;
  AttachRules rules_;
  FrameResultPtr latest_;  // not exact: waits for the next frame
  Gate gate_;
  bool flushing_ = true;
  GstFlowReturn flow_ = GST_FLOW_OK;
  std::optional<std::chrono::steady_clock::time_point> pushing_since_;
};

}  // namespace blip
