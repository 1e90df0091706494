#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace blip {

// What `blip-train pretrain`, `finetune TASK`, `lm` and `blip2-stage1|2` are asked to do.
struct TrainSettings {
  std::string task;            // "pretrain", "caption", …; empty: the command was not given
  std::string recipe;          // a name or a path
  std::string output;          // empty: the recipe's name
  std::string data;            // data.root
  std::string init;            // model.init
  std::string image_encoder;   // model.image_encoder
  std::string language_model;  // model.language_model
  std::vector<std::string> set;
  bool resume = false, restart = false;
  std::int64_t processes = 1;
  std::int64_t threads = 0;  // 0 = OMP_NUM_THREADS, else all cores
};

// Adds `pretrain`, `finetune caption|retrieval|vqa|nlvr2`, `lm`, `blip2-stage1` and `blip2-stage2`; the settings are
// filled when the program is parsed.
std::shared_ptr<const TrainSettings> add_train_commands(CLI::App& program);

}  // namespace blip
