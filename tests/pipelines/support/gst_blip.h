#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/pipelines/support/program.h"

namespace blip::test {

inline std::filesystem::path gst_blip_program() {
  return std::filesystem::path(BLIP_BUILD_DIR) / "bin/gst-blip";
}

// "gst-blip caption ARGUMENTS…" of this build.
inline ProgramResult run_caption(std::vector<std::string> arguments, const ProgramOptions& options = {}) {
  arguments.insert(arguments.begin(), {gst_blip_program().string(), "caption"});
  return run_program(arguments, options);
}

// The objects of a stdout that holds one JSON object a line and nothing else.
inline std::vector<nlohmann::json> json_records(const ProgramResult& result) {
  std::vector<nlohmann::json> records;
  for (const std::string& line : result.out_lines()) records.push_back(nlohmann::json::parse(line));
  return records;
}

}  // namespace blip::test
