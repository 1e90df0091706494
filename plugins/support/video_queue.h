#pragma once

#include <gst/gst.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <variant>

#include "plugins/support/gst_handles.h"

namespace blip {

// What waits between the streaming thread and the source pad's task: few buffers, and the serialised events between
// them, in order. Thread-safe; no lock is held while something is pushed downstream.
class VideoQueue {
 public:
  using Item = std::variant<BufferPtr, EventPtr>;

  // Waits while the queue is full of buffers. Returns the flow that the task last got, or FLUSHING. Once downstream has
  // had enough (EOS), buffers are dropped until a new stream or segment.
  GstFlowReturn push(BufferPtr buffer);
  GstFlowReturn push(EventPtr event);  // never waits
  // Waits for an item, which counts as being pushed until done(). Empty when flushing.
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
  void drop_buffers(std::deque<Item>& dropped);
  static bool is_fatal(GstFlowReturn flow) { return flow < GST_FLOW_EOS; }

  mutable std::mutex mutex_;
  std::condition_variable item_there_, room_there_;
  std::deque<Item> items_;
  std::size_t buffers_ = 0;
  bool flushing_ = true;
  GstFlowReturn flow_ = GST_FLOW_OK;
  std::optional<std::chrono::steady_clock::time_point> pushing_since_;
};

}  // namespace blip
