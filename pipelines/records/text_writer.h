#pragma once

#include "pipelines/records/record_writer.h"

namespace blip {

// For people: "00:00:03.000 --> 00:00:06.200  a pink circle  (remark)"; a timeless record's line has no times.
// With several sources the line begins with "talk.mp4: ".
class TextWriter : public RecordWriter {
 public:
  explicit TextWriter(bool show_source) : show_source_(show_source) {}
  std::string spell(const TimedRecord& record) override;

 private:
  bool show_source_;
};

}  // namespace blip
