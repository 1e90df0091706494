#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "tests/support/golden_model.h"
#include "training/benchmarks/benchmark.h"
#include "training/eval/feature_store.h"
#include "training/eval/medium_features.h"

namespace blip::test {

// Media whose pixels are given as arrays: files with a name in them, and their features in a store.
class StoredPictures {
 public:
  StoredPictures(LoadedModel& model, const Pixels& pixels, const std::filesystem::path& folder)
      : model_(model), folder_(folder), store_(folder / "features", model.checkpoint.weights_id, /*half=*/false) {
    for (auto& features : model.backend->encode_images(pixels.batch())) features_.push_back(std::move(features));
  }

  std::filesystem::path store() const { return folder_ / "features"; }

  Medium medium(const std::string& id, const std::vector<std::size_t>& frames, const FrameRule& rule) {
    Medium medium{id, folder_ / id, frames.size() == 1 ? MediaKind::kImage : MediaKind::kVideo};
    std::ofstream(medium.path) << id;
    std::vector<std::shared_ptr<const ImageFeatures>> chosen;
    for (const std::size_t f : frames) chosen.push_back(features_.at(f));
    store_.add(store_.key(medium, rule, model_.checkpoint.config.vision.image_size),
               stored_tokens(join_features(chosen), store_.half()));
    return medium;
  }

 private:
  LoadedModel& model_;
  std::filesystem::path folder_;
  FeatureStore store_;
  std::vector<std::shared_ptr<const ImageFeatures>> features_;
};

}  // namespace blip::test
