#include "training/synth/synth_run.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/file_output.h"
#include "core/checkpoint/directory_output.h"
#include "training/data/shard_writer.h"
#include "training/synth/clips.h"
#include "training/synth/parallel_map.h"
#include "training/synth/word_list.h"

namespace blip::synth {
namespace {

struct PartCounts {
  Part part;
  std::int64_t stills, clips;
};

class SynthRun {
 public:
  SynthRun(const SynthOptions& options, const SynthProgress& progress)
      : options_(options),
        items_{options.world,      options.seed,       options.siblings, options.sibling_odds,
               options.clip_scale, options.clip_shots, options.web},
        progress_(progress) {}

  void write(const std::filesystem::path& folder) {
    const std::array<PartCounts, 3> parts = {{{Part::kTrain, options_.stills, options_.clips},
                                              {Part::kVal, options_.val_stills, options_.val_clips},
                                              {Part::kTest, 0, options_.test_clips}}};
    for (const PartCounts& part : parts) all_ += part.stills + part.clips;
    write_vocabulary(folder / "vocab.txt");
    for (const PartCounts& part : parts) {
      const auto place = folder / name(part.part);
      if (part.stills > 0) write_stills(part, place / "shards");
      if (part.clips > 0) write_clips(part, place);
    }
  }

 private:
  void write_vocabulary(const std::filesystem::path& path) {
    FileOutput output(path);
    for (const std::string& entry : word_list()) output.write(entry + "\n");
    output.finish();
  }

  void write_stills(const PartCounts& part, const std::filesystem::path& folder) {
    ShardWriter shards(folder, options_.shard_size);
    for_each_block<Still>(
        part.stills, [&](std::uint64_t index) { return make_still(items_, part.part, index); },
        [&](Still& still) {
          const std::array<std::pair<std::string, std::string>, 3> files = {
              {{"jpg", std::move(still.jpeg)}, {"json", std::move(still.json)}, {"txt", std::move(still.text)}}};
          shards.add(still.key, files);
        });
    shards.finish();
  }

  void write_clips(const PartCounts& part, const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder / "clips");
    AnnotationWriter annotations(folder / "annotations.json", "shapesworld " + std::string(name(options_.world)) + " " +
                                                                  std::string(name(part.part)));
    for_each_block<std::string>(
        part.clips, [&](std::uint64_t index) { return make_clip(items_, part.part, index, folder); },
        [&](const std::string& annotation) { annotations.add(annotation); });
    annotations.finish();
  }

  template <class Item, class Make, class Take>
  void for_each_block(std::int64_t count, Make make, Take take) {
    constexpr std::int64_t kBlock = 256;  // bounds what waits in memory
    for (std::int64_t first = 0; first < count; first += kBlock) {
      const std::int64_t last = std::min(count, first + kBlock);
      auto items =
          parallel_map<Item>(static_cast<std::uint64_t>(first), static_cast<std::uint64_t>(last), options_.jobs, make);
      for (Item& item : items) take(item);
      done_ += last - first;
      if (progress_) progress_(done_, all_);
    }
  }

  const SynthOptions& options_;
  ItemOptions items_;
  const SynthProgress& progress_;
  std::int64_t done_ = 0, all_ = 0;
};

void expect_range(const char* option, std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value >= least && value <= most) return;
  throw Error(ErrorKind::kInvalidArgument, std::string(option) + " is " + std::to_string(value) + "; give " +
                                               std::to_string(least) + " to " + std::to_string(most));
}

}  // namespace

void SynthOptions::validate() const {
  constexpr std::int64_t kMostStills = 100'000'000, kMostClips = 1'000'000, kMostJobs = 256, kMostScale = 12,
                         kMostShots = 1000;
  if (output.empty()) throw Error(ErrorKind::kInvalidArgument, "no output directory is given");
  expect_range("stills", stills, 0, kMostStills);
  expect_range("val-stills", val_stills, 0, kMostStills);
  expect_range("clips", clips, 0, kMostClips);
  expect_range("val-clips", val_clips, 0, kMostClips);
  expect_range("test-clips", test_clips, 0, kMostClips);
  expect_range("jobs", jobs, 1, kMostJobs);
  expect_range("clip-scale", clip_scale, 1, kMostScale);
  expect_range("clip-shots", clip_shots, 0, kMostShots);
  expect_range("shard-size", shard_size, 1, kMostStills);
  web.validate();
}

void run_synth(const SynthOptions& options, const SynthProgress& progress) {
  options.validate();
  DirectoryOutput output(options.output);
  SynthRun(options, progress).write(output.part());
  output.finish();
}

}  // namespace blip::synth
