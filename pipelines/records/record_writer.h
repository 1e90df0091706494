#pragma once

#include <memory>
#include <string>

#include "pipelines/records/output_format.h"
#include "pipelines/records/timed_record.h"

namespace blip {

// Spells the records of one output. What it returns is UTF-8, ends with a newline and is complete: a reader never waits
// for more.
class RecordWriter {
 public:
  virtual ~RecordWriter() = default;
  // What the output begins with, also when no record follows.
  virtual std::string header() const { return {}; }
  virtual std::string spell(const TimedRecord& record) = 0;
};

// `show_source`: text names the source in front of each line.
std::unique_ptr<RecordWriter> make_record_writer(OutputFormat format, bool show_source);

}  // namespace blip
