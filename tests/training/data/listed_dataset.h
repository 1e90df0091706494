#pragma once

#include <functional>
#include <string>
#include <vector>

#include "training/data/dataset.h"

namespace blip::test {

// Samples made up from their number: a 2x2 picture whose red is the number (modulo 256), green the choice's last byte,
// text "cat N". `change` may alter or refuse them.
class ListedDataset final : public Dataset {
 public:
  explicit ListedDataset(std::int64_t size, std::function<void(std::int64_t, Sample&)> change = {})
      : size_(size), change_(std::move(change)) {}

  std::int64_t size() const noexcept override { return size_; }
  const std::vector<std::string>& warnings() const noexcept override { return warnings_; }
  Sample read(std::int64_t index, std::uint64_t choice) const override {
    Sample sample;
    sample.id = "n" + std::to_string(index);
    sample.text = "cat " + std::to_string(index);
    sample.image_index = index;
    sample.image.resize(2, 2);
    for (std::size_t i = 0; i < sample.image.pixels.size(); i += 3) {
      sample.image.pixels[i] = static_cast<std::uint8_t>(index);
      sample.image.pixels[i + 1] = static_cast<std::uint8_t>(choice);
    }
    if (change_) change_(index, sample);
    return sample;
  }

 private:
  std::int64_t size_;
  std::function<void(std::int64_t, Sample&)> change_;
  std::vector<std::string> warnings_;
};

}  // namespace blip::test
