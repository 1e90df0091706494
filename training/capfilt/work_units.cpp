#include "training/capfilt/work_units.h"

#include <algorithm>
#include <cstdio>
#include <set>
#include <system_error>
#include <utility>

#include "core/base/error.h"
#include "core/checkpoint/crc32.h"
#include "training/capfilt/shard_pictures.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

bool is_shard(const fs::path& path) {
  return path.extension() == ".tar";
}

std::vector<fs::path> sorted_files(const fs::path& folder, bool (*wanted)(const fs::path&), bool deep) {
  std::vector<fs::path> files;
  const auto take = [&](const fs::directory_entry& entry) {
    if (entry.is_regular_file() && wanted(entry.path())) files.push_back(entry.path());
  };
  if (deep) {
    for (const auto& entry : fs::recursive_directory_iterator(folder)) take(entry);
  } else {
    for (const auto& entry : fs::directory_iterator(folder)) take(entry);
  }
  std::sort(files.begin(), files.end());
  return files;
}

class Planner {
 public:
  explicit Planner(std::int64_t videos_per_unit) : videos_per_unit_(static_cast<std::size_t>(videos_per_unit)) {}

  void add(const fs::path& path) {
    if (!fs::exists(path)) throw Error(ErrorKind::kNotFound, "input '" + path.string() + "' does not exist");
    if (!fs::is_directory(path)) {
      if (is_shard(path)) return add_shard(path, WorkUnit::Kind::kShard);
      if (is_video_file(path)) return add_video({path, nullptr});
      if (path.extension() == ".json") return add_annotated(path);
      throw Error(ErrorKind::kNotFound,
                  "input '" + path.string() + "' is neither a .tar shard, a video, an annotations.json nor a folder");
    }
    if (add_shards_of(path, WorkUnit::Kind::kShard)) return;
    if (fs::exists(path / "annotations.json")) return add_annotated(path);
    const auto videos = sorted_files(path, is_video_file, /*deep=*/true);
    if (videos.empty())
      throw Error(ErrorKind::kNotFound, "folder '" + path.string() + "' holds neither .tar shards nor videos");
    for (const fs::path& video : videos) add_video({video, nullptr});
  }

  void add_human(const fs::path& path) {
    if (is_shard(path) && fs::is_regular_file(path)) return add_shard(path, WorkUnit::Kind::kHuman);
    if (fs::is_directory(path) && add_shards_of(path, WorkUnit::Kind::kHuman)) return;
    throw Error(ErrorKind::kNotFound, "human pairs '" + path.string() + "' are no .tar shard and no folder of them");
  }

  void close_videos() {
    if (videos_.empty()) return;
    WorkUnit unit;
    unit.kind = WorkUnit::Kind::kVideos;
    unit.name = videos_.front().file.string();
    unit.videos = std::exchange(videos_, {});
    push(std::move(unit));
  }

  WorkPlan take() {
    char id[16];
    std::snprintf(id, sizeof id, "%08x", id_);
    plan_.inputs_id = id;
    return std::move(plan_);
  }

 private:
  bool add_shards_of(const fs::path& folder, WorkUnit::Kind kind) {
    const auto shards = sorted_files(folder, is_shard, /*deep=*/false);
    for (const fs::path& shard : shards) add_shard(shard, kind);
    return !shards.empty();
  }

  void add_shard(const fs::path& shard, WorkUnit::Kind kind) {
    note(shard, static_cast<int>(kind));
    WorkUnit unit;
    unit.kind = kind;
    unit.shard = shard;
    unit.name = shard.string();
    push(std::move(unit));
  }

  void add_video(VideoInput video) {
    note(video.file, static_cast<int>(WorkUnit::Kind::kVideos));
    videos_.push_back(std::move(video));
    if (videos_.size() == videos_per_unit_) close_videos();
  }

  void add_annotated(const fs::path& path) {
    for (TextedVideo& video : find_texted_videos(path).videos) {
      const fs::path file = video.file;
      add_video({file, std::make_shared<const TextedVideo>(std::move(video))});
    }
  }

  void push(WorkUnit unit) {
    unit.number = static_cast<std::int64_t>(plan_.units.size());
    plan_.units.push_back(std::move(unit));
  }

  void note(const fs::path& file, int kind) {
    if (!files_.insert(fs::weakly_canonical(file).string()).second)
      throw Error(ErrorKind::kInvalidArgument, "input '" + file.string() + "' is given twice");
    std::error_code error;
    const auto size = fs::file_size(file, error);
    const std::string line =
        file.filename().string() + ' ' + std::to_string(error ? 0 : size) + ' ' + std::to_string(kind) + '\n';
    id_ = crc32(line.data(), line.size(), id_);
  }

  std::size_t videos_per_unit_;
  std::vector<VideoInput> videos_;
  std::set<std::string> files_;
  std::uint32_t id_ = 0;
  WorkPlan plan_;
};

}  // namespace

WorkPlan plan_work(const WorkInputs& inputs) {
  if (inputs.videos_per_unit < 1)
    throw Error(ErrorKind::kInvalidArgument,
                "videos a shard is " + std::to_string(inputs.videos_per_unit) + "; must be at least 1");
  if (inputs.found.empty())
    throw Error(ErrorKind::kInvalidArgument, "no input; give tar shards, videos or folders of them");
  Planner planner(inputs.videos_per_unit);
  for (const fs::path& path : inputs.found) planner.add(path);
  planner.close_videos();
  for (const fs::path& path : inputs.human) planner.add_human(path);
  return planner.take();
}

std::unique_ptr<PictureReader> open_unit(const WorkUnit& unit, const ShotOptions& shots) {
  switch (unit.kind) {
    case WorkUnit::Kind::kShard:
      return read_shard_pictures(unit.shard, ShardTexts::kFound);
    case WorkUnit::Kind::kHuman:
      return read_shard_pictures(unit.shard, ShardTexts::kHuman);
    case WorkUnit::Kind::kVideos:
      return read_video_pictures(unit.videos, shots);
  }
  return nullptr;
}

}  // namespace blip
