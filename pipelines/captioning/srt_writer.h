#pragma once

#include "pipelines/captioning/caption_writer.h"

namespace blip {

// SubRip: numbered cues. A caption without text makes no cue, as a cue's text may not be a blank line.
class SrtWriter : public CaptionWriter {
 public:
  std::string spell(const CaptionRecord& record) override;

 private:
  int cues_ = 0;
};

}  // namespace blip
