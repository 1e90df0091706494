#pragma once

#include "pipelines/records/record_writer.h"

namespace blip {

// For programs: one object a line with source, start, end (seconds), text and the record's details.
class JsonWriter : public RecordWriter {
 public:
  std::string spell(const TimedRecord& record) override;
};

}  // namespace blip
