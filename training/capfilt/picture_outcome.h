#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "training/capfilt/found_picture.h"
#include "training/capfilt/judged_text.h"

namespace blip {

// A picture and what became of it and of its texts.
struct PictureOutcome {
  std::string key, video, url;
  std::optional<double> time;
  Verdict verdict = Verdict::kKept;  // kKept: its texts were judged
  std::string reason, detail;        // else why not
  std::vector<JudgedText> texts;     // of a picture that was judged, at least one
};

PictureOutcome outcome_of(const FoundPicture& picture, std::vector<JudgedText> texts);
PictureOutcome failed_outcome(const std::string& key, const PictureFailure& failure);
PictureOutcome dropped_outcome(const std::string& key, const std::string& reason);

// The name of pair `i` in the shards: KEY-web0, KEY-synthetic0, …, counted by source.
std::string pair_key(const PictureOutcome& outcome, std::size_t i);

// What stands beside a kept pair's picture: {"captions": [text], "source", "origin", "match", "key", "video", "time",
// "url"}; what is not known is left out.
std::string pair_json(const PictureOutcome& outcome, std::size_t i);

// JSON lines: one a text, {"key", "source", "text", "origin", "label", "match", "verdict", "reason", "video", "time",
// "url"}, or one for a picture without judged texts, {"key", "verdict", "reason", "detail"}.
std::string to_lines(const PictureOutcome& outcome);

// Reads such a file picture by picture, in constant memory. Throws Error(kNotFound, kInvalidData) naming file and line.
class OutcomeReader {
 public:
  explicit OutcomeReader(std::filesystem::path file);
  bool next(PictureOutcome& outcome);  // false at the end

 private:
  bool read_line();

  std::filesystem::path file_;
  std::ifstream in_;
  std::size_t line_number_ = 0;
  PictureOutcome pending_;  // what the last line read says
  bool has_pending_ = false;
};

}  // namespace blip
