#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "core/checkpoint/checkpoint.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace blip::test {

// How the LAVIS checkpoints of BLIP-2's reference data are opened. Their frozen parts are found where they lie; the
// attention heads of these narrow models, which no weight tells, come from the directories of the same models.
class LavisGolden {
 public:
  LavisGolden() {
    std::ifstream in(golden2_dir() / "hf-blip2-opt-tiny/config.json");
    const auto said = nlohmann::json::parse(in);
    nlohmann::json config = {{"model_type", "blip-2"}};
    for (const char* part : {"vision_config", "qformer_config"})
      config[part]["num_attention_heads"] = said.at(part).at("num_attention_heads");
    std::ofstream(folder_ / "config.json") << config;
  }

  CheckpointOptions stage1() const {
    return options("stage1/blip2_stage1.pth", golden2_dir() / "hf-blip2-itm-tiny/vocab.txt");
  }
  CheckpointOptions opt() const { return options("stage2-opt/blip2_opt.pth", ""); }
  CheckpointOptions t5() const { return options("stage2-t5/blip2_t5.pth", golden2_dir() / "hf-blip2-t5-tiny"); }

 private:
  CheckpointOptions options(const std::string& file, const std::filesystem::path& vocab) const {
    return {.model = (golden2_dir() / "lavis" / file).string(),
            .vocab = vocab.string(),
            .config = (folder_ / "config.json").string()};
  }

  TempDir folder_;
};

}  // namespace blip::test
