#include "training/capfilt/work_estimate.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/base/error.h"
#include "core/media/video_reader.h"
#include "training/data/shard_reader.h"

namespace blip {
namespace {

void add_shard(const WorkUnit& unit, WorkEstimate& estimate) {
  const bool human = unit.kind == WorkUnit::Kind::kHuman;
  ++(human ? estimate.human_shards : estimate.shards);
  ShardIndex index = index_shard(unit.shard);
  (human ? estimate.human_samples : estimate.samples) += static_cast<std::int64_t>(index.positions.size());
  for (std::string& warning : index.warnings) estimate.problems.push_back(std::move(warning));
}

// The next decoded pictures of a unit, at most `count`.
std::vector<FoundPicture> read_pictures(PictureReader& reader, std::size_t count) {
  std::vector<FoundPicture> pictures;
  Found found;
  while (pictures.size() < count && reader.next(found)) {
    if (!found.picture) continue;
    try {
      decode(*found.picture);
      pictures.push_back(std::move(*found.picture));
    } catch (const Error&) {
      continue;  // a broken picture is not what is measured
    }
  }
  return pictures;
}

}  // namespace

WorkEstimate estimate_work(const WorkPlan& plan, const WorkShare& share, const CapFiltFolder* folder) {
  WorkEstimate estimate;
  for (const WorkUnit& unit : plan.units) {
    if (!share.has(unit.number)) continue;
    ++estimate.units;
    if (folder != nullptr && folder->summary(unit.number)) {
      ++estimate.finished;
      continue;
    }
    try {
      if (unit.kind != WorkUnit::Kind::kVideos) add_shard(unit, estimate);
    } catch (const Error& error) {
      estimate.problems.emplace_back(error.what());
    }
    for (const VideoInput& video : unit.videos) {
      ++estimate.videos;
      try {
        estimate.video_seconds += VideoReader::open(video.file).info().duration;
      } catch (const Error& error) {
        estimate.problems.emplace_back(error.what());
      }
    }
  }
  return estimate;
}

double measure_speed(CapFilt& models, const WorkPlan& plan, const CapFiltRunOptions& options, std::int64_t pictures) {
  for (const WorkUnit& unit : plan.units) {
    if (!options.share.has(unit.number) || unit.kind == WorkUnit::Kind::kHuman) continue;
    try {
      const auto reader = open_unit(unit, options.shots);
      const auto first = read_pictures(*reader, 1);
      if (first.empty()) continue;
      models.judge(first);  // what only the first call costs
      const auto batch = static_cast<std::size_t>(std::min(pictures, options.batch_size));
      auto measured = read_pictures(*reader, batch);
      if (measured.empty()) measured = first;
      const auto begin = std::chrono::steady_clock::now();
      models.judge(measured);
      const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
      return static_cast<double>(measured.size()) / std::max(seconds.count(), 1e-9);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kInvalidData && error.kind() != ErrorKind::kNotFound) throw;
    }
  }
  return 0;
}

}  // namespace blip
