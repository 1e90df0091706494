#pragma once

#include "pipelines/captioning/caption_writer.h"

namespace blip {

// WebVTT. The header is always there, as a file without it is none. "&", "<" and ">" are written as character
// references.
class VttWriter : public CaptionWriter {
 public:
  std::string header() const override { return "WEBVTT\n\n"; }
  std::string spell(const CaptionRecord& record) override;
};

}  // namespace blip
