#pragma once

#include "pipelines/records/record_writer.h"

namespace blip {

// SubRip: numbered cues. A caption without text makes no cue, as a cue's text may not be a blank line.
class SrtWriter : public RecordWriter {
 public:
  std::string spell(const TimedRecord& record) override;

 private:
  int cues_ = 0;
};

}  // namespace blip
