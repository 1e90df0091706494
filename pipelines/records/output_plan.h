#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipelines/records/job_files.h"

namespace blip {

// Where the records of a run go.
struct OutputPlan {
  OutputFormat format = OutputFormat::kText;
  std::filesystem::path file;               // one file for all sources; empty = stdout, unless `each` is filled
  std::vector<std::filesystem::path> each;  // one file a source, in the order of the sources
  std::filesystem::path directory;          // of `each`; to be made if it is not there
};

// Settles format and files before any work is done. Throws UsageError: several sources in one subtitle file, two
// sources that would write the same file, an output that is one of the sources.
OutputPlan plan_output(const JobFiles& job);

}  // namespace blip
