#pragma once

#include <memory>
#include <string>

#include "pipelines/captioning/caption_record.h"
#include "pipelines/captioning/output_format.h"

namespace blip {

struct WriterOptions {
  bool show_source = false;  // text: name the source in front of each line
  bool token_ids = false;    // json: add "token_ids"
};

// Spells the records of one output. What it returns is UTF-8, ends with a newline and is complete: a reader never waits
// for more.
class CaptionWriter {
 public:
  virtual ~CaptionWriter() = default;
  // What the output begins with, also when no record follows.
  virtual std::string header() const { return {}; }
  virtual std::string spell(const CaptionRecord& record) = 0;
};

std::unique_ptr<CaptionWriter> make_caption_writer(OutputFormat format, const WriterOptions& options);

}  // namespace blip
