#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "training/benchmarks/read_benchmark.h"
#include "training/eval/media_features.h"
#include "training/results/run_folder.h"

namespace CLI {
class App;
}

namespace blip {

// What all evaluations of blip-eval are asked with.
struct EvalOptions {
  std::string layout, folder;
  std::string annotations, media, split;
  std::int64_t limit = 0;
  std::string model, vocab, config;
  std::string device = "auto", precision = "auto";
  std::int64_t image_size = 0;  // 0 = the checkpoint's
  int threads = 0;
  std::string output;
  bool resume = false, strict = false;
  std::string shard = "0/1", memory = "4G";
  std::string cache;  // empty = the run's own folder, removed when it is complete
  bool cache_float16 = false;
  std::string jars;

  ReadOptions read_options() const;
  Shard shard_asked() const;           // throws UsageError
  MediaOptions media_options() const;  // without frame rule; throws UsageError
};

// Adds LAYOUT, DIR and the options to a command.
void add_eval_options(CLI::App& command, EvalOptions& options);
// --frames and --frames-by.
void add_frame_options(CLI::App& command, std::int64_t& frames, std::string& frames_by);

// "2/8": part 2 of parts 0 to 7. Throws UsageError.
Shard parse_shard(std::string_view text);
// "4G", "512M", "123456": bytes. Throws UsageError.
std::uint64_t parse_memory(std::string_view text);

}  // namespace blip
