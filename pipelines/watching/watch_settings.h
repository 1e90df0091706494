#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipelines/indexing/index_options.h"
#include "pipelines/watching/live_session.h"

namespace blip {

// What "gst-blip watch" was asked to do. Defaults live here and nowhere else.
struct WatchSettings : IndexSettings {
  std::vector<std::string> sources;  // files and URLs; none: what is added to the index
  std::vector<std::string> texts;
  std::string queries_file;         // a text a line
  std::optional<double> threshold;  // given on the command line: it counts for standing queries, too
  SessionSettings session;          // of each source, without source and queries
  std::string clip_directory;       // empty = no clips
  std::string webhook;              // empty = those of the standing queries only
  bool json = false;
  std::int64_t poll = 2'000'000'000;  // how often the index is looked at, nanoseconds
  bool once = false;                  // the index: what is there by now, then end

  // The texts of the command line, else the index's standing queries. Throws UsageError when there are none, Error for
  // a file that cannot be read.
  std::vector<WatchQuery> queries() const;
  // Throws UsageError for what does not go together, Error for a source, folder or address that cannot be used. Needs
  // gst_init().
  void validate() const;
};

}  // namespace blip
