#pragma once

#include "pipelines/captioning/caption_writer.h"

namespace blip {

// For programs: one object a line with source, start, end (seconds), text, score, confidence and, if asked for,
// token_ids.
class JsonWriter : public CaptionWriter {
 public:
  explicit JsonWriter(bool token_ids) : token_ids_(token_ids) {}
  std::string spell(const CaptionRecord& record) override;

 private:
  bool token_ids_;
};

}  // namespace blip
