#pragma once

#include <cstdlib>
#include <filesystem>

namespace blip::test {

// Folders of reference data; the variables are read when a test runs, so that the same tests can be held against
// another set of the same shape.
inline std::filesystem::path data_dir(const char* variable, const char* fallback) {
  const char* set = std::getenv(variable);
  return set != nullptr && *set != '\0' ? std::filesystem::path(set)
                                        : std::filesystem::path(BLIP_SOURCE_DIR) / "tests/data" / fallback;
}
inline std::filesystem::path golden_dir() {
  return data_dir("BLIP_GOLDEN_DIR", "golden");
}
inline std::filesystem::path shapes_dir() {
  return data_dir("BLIP_SHAPES_DIR", "shapes");
}
inline std::filesystem::path golden2_dir() {
  return data_dir("BLIP_GOLDEN2_DIR", "golden-blip2");
}

}  // namespace blip::test
