#pragma once

#include "pipelines/captioning/caption_writer.h"

namespace blip {

// For people: "00:00:03.000 --> 00:00:06.200  a pink circle"; a still picture's line is the caption alone.
// With several sources the line begins with "talk.mp4: ".
class TextWriter : public CaptionWriter {
 public:
  explicit TextWriter(bool show_source) : show_source_(show_source) {}
  std::string spell(const CaptionRecord& record) override;

 private:
  bool show_source_;
};

}  // namespace blip
