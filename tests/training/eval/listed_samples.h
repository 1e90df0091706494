#pragma once

#include <set>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "training/data/dataset.h"

namespace blip::test {

// Samples from memory, some of them broken.
class ListedSamples final : public Dataset {
 public:
  explicit ListedSamples(std::vector<Sample> samples, std::set<std::int64_t> broken = {})
      : samples_(std::move(samples)), broken_(std::move(broken)) {}

  std::int64_t size() const noexcept override { return static_cast<std::int64_t>(samples_.size()); }
  Sample read(std::int64_t index, std::uint64_t) const override {
    if (broken_.contains(index)) throw Error(ErrorKind::kInvalidData, "sample " + std::to_string(index) + " is broken");
    return samples_.at(static_cast<std::size_t>(index));
  }
  const std::vector<std::string>& warnings() const noexcept override { return warnings_; }

 private:
  std::vector<Sample> samples_;
  std::set<std::int64_t> broken_;
  std::vector<std::string> warnings_;
};

// A picture of one colour.
inline RgbImage plain_image(std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
  RgbImage image(40, 30);
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
    image.pixels[i] = red;
    image.pixels[i + 1] = green;
    image.pixels[i + 2] = blue;
  }
  return image;
}

}  // namespace blip::test
