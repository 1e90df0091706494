#pragma once

#include <string>
#include <vector>

#include "pipelines/indexing/index_options.h"
#include "pipelines/terminal/console.h"

namespace blip {

struct RemoveSettings : IndexSettings {
  std::vector<std::string> videos;  // patterns on the path or its end; whole numbers are ids
  bool missing = false;             // those whose files are gone
};

struct VerifySettings : IndexSettings {
  bool quick = false;  // not every row
};

struct MergeSettings : IndexSettings {
  std::vector<std::string> others;
};

// The commands. What they did goes to stdout, what is wrong to the console; they return the exit code. Throw
// UsageError, and what IndexReader and IndexWriter throw.
int run_remove(const RemoveSettings& settings, Console& console);
int run_verify(const VerifySettings& settings, Console& console);
int run_compact(const IndexSettings& settings);
int run_merge(const MergeSettings& settings, Console& console);

}  // namespace blip
