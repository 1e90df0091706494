#pragma once

#include <gst/gst.h>

#include <string>

#include "plugins/support/text_format.h"
#include "plugins/support/text_queue.h"

namespace blip {

#define BLIP_TEXT_CAPS "text/x-raw, format=(string){ utf8, pango-markup }; application/x-json"

// The first event of a text stream that goes with the video of `video_start`, a STREAM_START event.
EventPtr text_stream_start(GstEvent* video_start);

// The segment of the text that goes with video in `video`: stream times are the same and running times are `lateness`
// ns later, but timestamps are stream times, because subtitle writers such as srtenc look at nothing else.
GstSegment text_segment(const GstSegment& video, std::uint64_t lateness = 0);

// How a text pad writes.
struct TextStyle {
  std::string source;           // names the stream in JSON records
  std::string language = "en";  // ISO 639 code
  std::size_t line_length = 0;  // characters; 0 = one line a cue
};

// Pushes cues, gaps and events on a text pad in the form that its peer asks for. Used by the pad's task alone.
class TextPad {
 public:
  explicit TextPad(GstPad* pad) : pad_(pad) { gst_segment_init(&segment_, GST_FORMAT_UNDEFINED); }

  // Returns the downstream flow.
  GstFlowReturn push(TextQueue::Item item, const TextStyle& style);

 private:
  GstFlowReturn push_event(EventPtr event, const std::string& language);
  GstFlowReturn push_cue(const TextStep& cue, const TextStyle& style);
  std::string content(const TextStep& cue, const TextStyle& style) const;
  GstFlowReturn push_gap(const TextStep& gap);
  GstFlowReturn negotiate();

  GstPad* pad_;
  GstSegment segment_;
  TextFormat format_ = TextFormat::kUtf8;
  bool language_told_ = false;
};

}  // namespace blip
