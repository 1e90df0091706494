#pragma once

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "core/vision/rgb_image.h"
#include "tests/support/safetensors_file.h"

namespace blip::test {

// What make_augment_goldens.py beside the files computed with the original code.
class AugmentGoldens {
 public:
  AugmentGoldens() : arrays_(folder() / "augment.safetensors") {
    std::ifstream in(folder() / "augment.json");
    report_ = nlohmann::json::parse(in);
  }

  // The cases of "operations", "arguments" or "crops"; throws when there are none.
  const nlohmann::json& cases(const char* kind) const {
    const auto& list = report_.at(kind);
    if (list.empty()) throw std::runtime_error(std::string("augment.json has no ") + kind);
    return list;
  }

  RgbImage picture(const std::string& name) const { return image("picture/" + name); }
  RgbImage image(const std::string& array) const {
    const auto& shape = arrays_.shape(array);
    RgbImage result(static_cast<int>(shape.at(1)), static_cast<int>(shape.at(0)));
    result.pixels = arrays_.bytes(array);
    return result;
  }

 private:
  static std::filesystem::path folder() { return std::filesystem::path(BLIP_SOURCE_DIR) / "tests/data/training-data"; }

  SafetensorsFile arrays_;
  nlohmann::json report_;
};

}  // namespace blip::test
