#include "pipelines/asking/gated_pictures.h"

#include <utility>

namespace blip {

std::vector<std::shared_ptr<const ImageFeatures>> GatedPictures::encode(std::span<const ImageView> pictures) {
  std::vector<ImageView> fresh;
  std::vector<std::size_t> sources;  // 0 = last_, else the place in `fresh` from 1 on
  for (const ImageView& picture : pictures) {
    if (gate_.compare(picture, options_) == Repeat::kNone) {
      fresh.push_back(picture);
      gate_.keep(picture);
    }
    sources.push_back(fresh.size());
  }
  std::vector<std::shared_ptr<const ImageFeatures>> made{last_};
  if (!fresh.empty()) {
    auto encoded = encode_(fresh);
    made.insert(made.end(), encoded.begin(), encoded.end());
  }
  last_ = made.back();
  std::vector<std::shared_ptr<const ImageFeatures>> features;
  for (const std::size_t source : sources) features.push_back(made.at(source));
  return features;
}

}  // namespace blip
