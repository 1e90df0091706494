#pragma once

#include <gst/check/gstharness.h>
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "plugins/support/gst_handles.h"
#include "tests/support/fake_engine/fake_engine.h"

namespace blip::test {

using ElementPtr = std::unique_ptr<GstElement, ObjectUnref>;

enum class Source { kFile, kLive };

// A colour as Y'CbCr (BT.601 limited) of the fake engine's names.
struct Yuv {
  std::uint8_t y, u, v;
};
inline constexpr Yuv kBlack{16, 128, 128}, kWhite{235, 128, 128}, kRed{82, 90, 240}, kGreen{145, 54, 34},
    kBlue{41, 240, 110};

// One colour, I420, tightly in GStreamer's default layout.
GstBuffer* i420_frame(int width, int height, Yuv color, GstClockTime pts, GstClockTime duration);

// All that passes a pad, in order. A line each: "stream-start", "caps application/x-json", "segment", "tag", "eos",
// "buffer 0-1000 text" and "gap 1000-2000" (ms, empty when unknown). Empty gaps only move the position and are kept
// apart.
class PadRecord {
 public:
  explicit PadRecord(GstPad* pad);
  ~PadRecord();
  PadRecord(const PadRecord&) = delete;
  PadRecord& operator=(const PadRecord&) = delete;

  std::vector<std::string> lines() const;
  std::vector<std::string> texts() const;        // lines of buffers and gaps only
  std::vector<std::uint64_t> positions() const;  // the starts of empty gaps, ms
  // Waits until there are so many lines that begin with `prefix`; false after ten seconds.
  bool wait_for(const std::string& prefix, std::size_t count = 1);

 private:
  static GstPadProbeReturn on_data(GstPad* pad, GstPadProbeInfo* info, gpointer self);
  void add(std::string line);

  PadPtr pad_;
  gulong probe_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
  std::vector<std::uint64_t> positions_;
};

// An element with the fake engine between two harnesses, and a third one on its text pad.
class CaptionHarness {
 public:
  // `properties` as in a launch line. `text_caps` empty = no text pad. `element` may be a chain, "blipencoder ! …": the
  // properties are the last one's, whose text pad is taken.
  explicit CaptionHarness(Source source, const std::string& properties = "",
                          const std::string& text_caps = "text/x-raw,format=utf8",
                          const std::string& element = "blipcaption");
  ~CaptionHarness();
  CaptionHarness(const CaptionHarness&) = delete;
  CaptionHarness& operator=(const CaptionHarness&) = delete;

  GstElement* element() { return element_.get(); }
  GstElement* last() { return last_.get(); }  // the same, unless it is a chain
  GstHarness* video() { return video_; }
  GstHarness* text() { return text_; }
  PadRecord& text_record() { return *text_record_; }

  // Video of 32x24 I420 with this frame rate, in a segment from 0.
  void start(const std::string& framerate = "10/1");
  void start_with(const std::string& caps);
  GstFlowReturn push(Yuv color, GstClockTime pts, GstClockTime duration = 100 * GST_MSECOND);
  // Frames of 100 ms from `first` on, until `end` (ms).
  void push_span(Yuv color, std::uint64_t first, std::uint64_t end);
  bool push_eos();  // waits until the element has drained, or is flushed
  void drop_video();
  guint64 stat(const char* name);  // of the last element
  // The messages that the element has posted so far, of these types.
  std::vector<GstMessage*> messages(GstMessageType types);
  // Waits for one; null after ten seconds. The harness keeps it.
  GstMessage* wait_message(GstMessageType types);

 private:
  static GstPadProbeReturn on_end(GstPad* pad, GstPadProbeInfo* info, gpointer self);

  ElementPtr element_, last_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::optional<GstEventType> end_;  // what came out: EOS or FLUSH_START
  GstBus* bus_ = nullptr;
  GstHarness* video_ = nullptr;
  GstHarness* text_ = nullptr;
  std::unique_ptr<PadRecord> text_record_;
  std::vector<GstMessage*> kept_;
};

// Every test starts with a fresh fake engine.
class ElementTest : public ::testing::Test {
 protected:
  void SetUp() override { fake_engine().reset(); }
  void TearDown() override { fake_engine().release_all(); }
};

std::string text_of(GstBuffer* buffer);
// A statistic of an element.
guint64 stat_of(GstElement* element, const char* name);
// The text of an error or warning message.
std::string message_text(GstMessage* message);

}  // namespace blip::test
