#include "pipelines/indexing/index_listing.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/base/error.h"
#include "core/index/index_reader.h"
#include "pipelines/terminal/clock_text.h"
#include "pipelines/terminal/cue_text.h"

namespace blip {
namespace {

using Json = nlohmann::ordered_json;

double seconds(std::int64_t nanoseconds) {
  return static_cast<double>(nanoseconds) / static_cast<double>(kSecond);
}

std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string size_text(std::uint64_t bytes) {
  constexpr std::array<const char*, 5> kUnits{"bytes", "kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1000 && unit + 1 < kUnits.size(); ++unit) value /= 1000;
  std::ostringstream out;
  out << std::fixed << std::setprecision(unit == 0 || value >= 100 ? 0 : 1) << value << ' ' << kUnits.at(unit);
  return out.str();
}

std::string counted(std::int64_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

void print(const std::string& text) {
  if (std::fputs(text.c_str(), stdout) < 0 || std::fflush(stdout) != 0)
    throw Error(ErrorKind::kFailed, "standard output cannot be written");
}

}  // namespace

bool path_fits(const std::string& path, const std::string& pattern) {
  if (fnmatch(pattern.c_str(), path.c_str(), 0) == 0) return true;
  for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
    if (fnmatch(pattern.c_str(), path.c_str() + slash + 1, 0) == 0) return true;
  return false;
}

std::string status_text(const std::string& index, const IndexStatus& status, const std::optional<IndexModels>& models) {
  std::ostringstream out;
  out << "index      " << index << ", " << size_text(status.bytes) << '\n';
  out << "videos     " << status.videos;
  const auto part = [&](std::int64_t count, const char* state) {
    if (count > 0) out << ", " << count << ' ' << state;
  };
  part(status.done, "done");
  part(status.indexing, "begun");
  part(status.waiting, "waiting");
  part(status.failed, "failed");
  out << '\n';
  out << "duration   " << short_duration_text(status.duration) << '\n';
  out << "segments   " << status.segments << ", " << counted(status.captions, "caption") << ", "
      << counted(status.thumbnails, "picture") << ", " << status.features << " with features\n";
  if (models) {
    out << "embedder   " << models->embedder_model << '\n';
    out << "captioner  " << (models->captioner_model.empty() ? "none" : models->captioner_model) << '\n';
  }
  return out.str();
}

std::string status_json(const std::string& index, const IndexStatus& status, const std::optional<IndexModels>& models) {
  Json json{{"index", index},
            {"videos", status.videos},
            {"waiting", status.waiting},
            {"indexing", status.indexing},
            {"done", status.done},
            {"failed", status.failed},
            {"segments", status.segments},
            {"captions", status.captions},
            {"thumbnails", status.thumbnails},
            {"features", status.features},
            {"duration", seconds(status.duration)},
            {"bytes", status.bytes},
            {"schema", status.schema}};
  if (models) json["models"] = {{"embedder", models->embedder_model}, {"captioner", models->captioner_model}};
  return line_of(json) + "\n";
}

std::string video_line(const VideoRow& video) {
  std::ostringstream out;
  out << std::setw(5) << video.id << "  " << std::left << std::setw(8) << name_of(video.state) << std::right << "  "
      << std::setw(6) << video.segments << ' ' << (video.segments == 1 ? "segment " : "segments") << "  "
      << std::setw(8) << short_duration_text(video.size.duration) << "  " << one_line(video.file.path);
  if (video.state == VideoState::kFailed) out << ": " << video.error;
  if (video.state == VideoState::kIndexing) out << ", at " << short_duration_text(video.position);
  if (video.renewing) out << " (the former " << counted(video.segments, "segment") << " answer)";
  return out.str() + "\n";
}

std::string video_json(const VideoRow& video) {
  Json json{{"id", video.id},
            {"path", video.file.path},
            {"state", name_of(video.state)},
            {"segments", video.segments},
            {"duration", seconds(video.size.duration)},
            {"width", video.size.width},
            {"height", video.size.height},
            {"size", video.file.size},
            {"content_hash", video.file.content_hash},
            {"position", seconds(video.position)},
            {"added", video.added},
            {"indexed", video.indexed},
            {"renewing", video.renewing}};
  if (video.state == VideoState::kFailed) json["error"] = video.error;
  for (const StageCount& stage : video.stages)
    json["stages"].push_back({{"stage", stage.stage}, {"state", name_of(stage.state)}, {"done", stage.done}});
  return line_of(json) + "\n";
}

int run_status(const StatusSettings& settings) {
  const std::filesystem::path index = settings.index_path();
  need_index(index);
  const IndexReader reader(index);
  const auto spell = settings.json ? status_json : status_text;
  print(spell(index.string(), reader.status(), reader.models()));
  return 0;
}

int run_list(const ListSettings& settings) {
  const std::filesystem::path index = settings.index_path();
  need_index(index);
  std::string text;
  for (const VideoRow& video : IndexReader(index).videos()) {
    const auto fits = [&](const std::string& pattern) { return path_fits(video.file.path, pattern); };
    if (!settings.patterns.empty() && std::ranges::none_of(settings.patterns, fits)) continue;
    if (!settings.state.empty() && settings.state != name_of(video.state)) continue;
    text += settings.json ? video_json(video) : video_line(video);
  }
  print(text);
  return 0;
}

}  // namespace blip
