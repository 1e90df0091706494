#pragma once

#include <string>
#include <vector>

#include "tests/plugins/caption/pipeline_run.h"

namespace blip::test {

// Small strict readers: what is not a well-formed file throws std::runtime_error with the line.
std::vector<TimedText> read_srt(const std::string& file);     // "1\n00:00:00,000 --> 00:00:01,000\ntext\n\n"
std::vector<TimedText> read_webvtt(const std::string& file);  // "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\ntext\n\n"

}  // namespace blip::test
