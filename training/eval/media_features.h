#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/engine/loaded_model.h"
#include "training/eval/clip_pixels.h"
#include "training/eval/feature_store.h"
#include "training/eval/medium_features.h"

namespace blip {

struct MediaOptions {
  FrameRule rule;
  std::filesystem::path cache;                    // folder of the feature store; empty = none
  bool half = false;                              // the store keeps float16
  std::uint64_t memory = std::uint64_t{4} << 30;  // bytes beside the model: pixels, features, keys and values
};

// The image features of a benchmark's media, whatever their number: each is decoded and encoded once, kept in memory as
// far as the budget goes and in the store beyond that; without a store it is made again. The next medium is decoded or
// read by another thread while the model computes. Model, media and store must outlive it; for one thread.
class MediaFeatures {
 public:
  // Throws Error(kInvalidArgument) for a budget that has no room for one medium, naming what it needs.
  MediaFeatures(LoadedModel& model, std::span<const Medium> media, const MediaOptions& options);

  using Take = std::function<void(std::size_t medium, const MediumFeatures& features)>;
  using Fail = std::function<void(std::size_t medium, const std::string& reason)>;

  // Calls take() for each medium in this order (each once), or fail() with one line for one that cannot be read. What
  // `take` throws leaves at once. Keys and values made meanwhile are dropped when take() returns.
  void for_each(std::span<const std::size_t> order, const Take& take, const Fail& fail);

  // One medium, for what looks at several at once; those used long ago make room. Not from inside take(). Throws Error
  // for one that cannot be read.
  std::shared_ptr<const MediumFeatures> find(std::size_t medium);

  std::uint64_t encoded() const noexcept { return encoded_; }           // media that went through the model
  std::uint64_t most_bytes() const noexcept { return most_bytes_; }     // features held at once, at most
  std::uint64_t bytes_of_one() const noexcept { return one_.total(); }  // what a medium in work takes

 private:
  struct Prepared {
    std::string key;
    std::optional<TensorView> stored;
    ClipPixels pixels;
    std::string failure;
  };
  struct Kept {
    std::size_t medium = 0;
    std::shared_ptr<const MediumFeatures> features;
  };
  class Reader;
  struct Needs {
    std::uint64_t pixels = 0, features = 0, derived = 0;
    std::uint64_t total() const noexcept { return 3 * pixels + 2 * features + derived; }
  };

  Prepared prepare(std::size_t medium);  // on any thread
  std::shared_ptr<const MediumFeatures> finish(std::size_t medium, const Prepared& prepared);
  std::shared_ptr<const MediumFeatures> kept(std::size_t medium) const;
  bool has_room(std::uint64_t bytes) const noexcept;
  void keep(std::size_t medium, std::shared_ptr<const MediumFeatures> features);

  LoadedModel& model_;
  std::span<const Medium> media_;
  MediaOptions options_;
  std::optional<FeatureStore> store_;
  Needs one_;
  std::vector<std::string> keys_;  // of the store; empty = not known yet
  std::list<Kept> window_;         // oldest first
  std::unordered_map<std::size_t, std::list<Kept>::iterator> place_;
  std::uint64_t window_bytes_ = 0, most_bytes_ = 0, encoded_ = 0;
};

}  // namespace blip
