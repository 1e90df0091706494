#pragma once

#include "pipelines/records/record_writer.h"

namespace blip {

// WebVTT. The header is always there, as a file without it is none. "&", "<" and ">" are written as character
// references.
class VttWriter : public RecordWriter {
 public:
  std::string header() const override { return "WEBVTT\n\n"; }
  std::string spell(const TimedRecord& record) override;
};

}  // namespace blip
