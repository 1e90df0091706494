#pragma once

#include <chrono>
#include <string>

namespace blip {

// "300.0 s"
inline std::string seconds(std::chrono::milliseconds time) {
  return std::to_string(time.count() / 1000) + "." + std::to_string(time.count() % 1000 / 100) + " s";
}

}  // namespace blip
