#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "training/benchmarks/read_benchmark.h"

namespace blip {

// What `blip-eval check` says: lines for people, nothing is downloaded.
struct CheckReport {
  bool complete = false;           // nothing is missing: an evaluation will use every entry
  std::vector<std::string> lines;  // what is there, what is missing (the first 20 of each kind), where it is documented
};

// Throws Error(kInvalidArgument) for a layout that is not there; everything else is a line of the report.
CheckReport check(const std::string& layout, const std::filesystem::path& folder, const ReadOptions& options = {});

}  // namespace blip
