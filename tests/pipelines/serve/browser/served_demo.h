#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/pipelines/serve/browser/running_program.h"
#include "tests/pipelines/serve/browser/webdriver.h"
#include "tests/support/temp_dir.h"

namespace blip::test {

// What the demonstration clip shows, from its annotations: the world's truth, not what a model made of it.
struct DemoShot {
  double start = 0, end = 0;  // seconds
  std::string caption;
  std::string background;
};

// An index of the demonstration clip and some clips of tests/data/shapes, made by "gst-blip index add" with the models
// that come with it.
class DemoIndex {
 public:
  DemoIndex();
  const std::filesystem::path& file() const { return file_; }
  static std::filesystem::path demo_clip();
  static std::vector<DemoShot> shots();
  static std::vector<std::filesystem::path> shape_clips();

 private:
  TempDir folder_;
  std::filesystem::path file_;
};

// "gst-blip serve" on any free port, unless the options name one.
class DemoServer {
 public:
  explicit DemoServer(const std::filesystem::path& index, const std::vector<std::string>& options = {});
  int port() const { return port_; }
  std::string address(const std::string& path = "/") const;

 private:
  RunningProgram program_;
  int port_;
};

}  // namespace blip::test
