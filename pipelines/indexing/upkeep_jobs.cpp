#include "pipelines/indexing/upkeep_jobs.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "core/base/error.h"
#include "core/index/index_reader.h"
#include "core/index/index_writer.h"
#include "pipelines/indexing/index_listing.h"
#include "pipelines/media_input/url_source.h"
#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

void print_line(const std::string& text) {
  if (std::puts(text.c_str()) < 0 || std::fflush(stdout) != 0)
    throw Error(ErrorKind::kFailed, "standard output cannot be written");
}

std::string counted(std::int64_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

bool is_id(const std::string& text, VideoId id) {
  VideoId number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number == id;
}

bool is_missing(const VideoRow& video) {
  std::error_code error;
  return !is_url(video.file.path) && !std::filesystem::exists(video.file.path, error) && !error;
}

}  // namespace

int run_remove(const RemoveSettings& settings, Console& console) {
  if (settings.videos.empty() && !settings.missing)
    throw UsageError("nothing to remove; name videos, or use --missing; see gst-blip index remove --help");
  const std::filesystem::path index = settings.index_path();
  need_index(index);
  IndexWriter writer(index);
  std::vector<bool> used(settings.videos.size());
  std::int64_t videos = 0, segments = 0;
  for (const VideoRow& video : IndexReader(index).videos()) {
    bool chosen = settings.missing && is_missing(video);
    for (std::size_t i = 0; i < settings.videos.size(); ++i) {
      const std::string& name = settings.videos[i];
      if (!is_id(name, video.id) && !path_fits(video.file.path, name)) continue;
      chosen = used[i] = true;
    }
    if (!chosen) continue;
    writer.remove_video(video.id);
    ++videos;
    segments += video.segments;
  }
  print_line("removed " + counted(videos, "video") + ", " + counted(segments, "segment"));
  bool all = true;
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i]) continue;
    console.line("no video '" + settings.videos[i] + "' in the index; see: gst-blip index list");
    all = false;
  }
  return all ? 0 : 1;
}

int run_verify(const VerifySettings& settings, Console& console) {
  const std::filesystem::path index = settings.index_path();
  need_index(index);
  const IndexFindings findings = IndexReader(index).verify(!settings.quick);
  for (const std::string& problem : findings.problems) console.line(problem);
  if (!findings.problems.empty()) {
    console.line("'" + index.string() +
                 "': " + counted(static_cast<std::int64_t>(findings.problems.size()), "problem") +
                 "; index the videos named anew: gst-blip index remove, then gst-blip index add");
    return 1;
  }
  print_line("sound: " + counted(findings.videos, "video") + ", " + counted(findings.segments, "segment"));
  return 0;
}

int run_compact(const IndexSettings& settings) {
  const std::filesystem::path index = settings.index_path();
  need_index(index);
  const auto before = IndexReader(index).status().bytes;
  IndexWriter(index).compact();
  const auto after = IndexReader(index).status().bytes;
  print_line("from " + std::to_string(before) + " to " + std::to_string(after) + " bytes");
  return 0;
}

int run_merge(const MergeSettings& settings, Console&) {
  const std::filesystem::path index = settings.index_path();
  for (const std::string& other : settings.others) {
    need_index(other);
    std::error_code ignored;
    if (std::filesystem::equivalent(other, index, ignored))
      throw UsageError("'" + other + "' cannot be merged into itself");
  }
  std::error_code error;
  std::filesystem::create_directories(index.parent_path(), error);
  IndexWriter writer(index);
  std::int64_t videos = 0;
  for (const std::string& other : settings.others) videos += writer.merge(other);
  const IndexStatus status = IndexReader(index).status();
  print_line("took " + counted(videos, "video") + "; the index now has " + counted(status.videos, "video") + ", " +
             counted(status.segments, "segment"));
  return 0;
}

}  // namespace blip
