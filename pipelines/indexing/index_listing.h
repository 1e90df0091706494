#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/index/index_types.h"
#include "pipelines/indexing/index_options.h"

namespace blip {

struct StatusSettings : IndexSettings {
  bool json = false;
};

struct ListSettings : IndexSettings {
  std::vector<std::string> patterns;
  std::string state;  // empty: all
  bool json = false;
};

// Whether the whole path, or its end from a folder's border on, fits the shell pattern ("*.mp4", "talks/*").
bool path_fits(const std::string& path, const std::string& pattern);

// For people: a line each.
std::string status_text(const std::string& index, const IndexStatus& status, const std::optional<IndexModels>& models);
// "12  done      24 segments  1:02:03  /videos/talk.mp4".
std::string video_line(const VideoRow& video);

// One object, for programs.
std::string status_json(const std::string& index, const IndexStatus& status, const std::optional<IndexModels>& models);
std::string video_json(const VideoRow& video);

// The commands. Print to stdout; return the exit code. Throw what IndexReader throws.
int run_status(const StatusSettings& settings);
int run_list(const ListSettings& settings);

}  // namespace blip
