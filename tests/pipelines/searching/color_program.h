#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/pipelines/searching/color_index.h"
#include "tests/pipelines/support/gst_blip.h"
#include "tests/pipelines/support/scripted_engine.h"
#include "tests/support/temp_dir.h"

namespace blip::test {

// gst-blip on an index of plain colours, with the scripted engine.
class ColorProgram {
 public:
  explicit ColorProgram(const std::vector<ColorVideo>& videos = {{"/v/a.mp4", {"red", "blue", "red"}, 1000},
                                                                 {"/w/b.mp4", {"green", "red"}, 2000}}) {
    make_color_index(index_, videos, true);
  }

  ProgramResult run(std::vector<std::string> arguments, const nlohmann::json& script = nlohmann::json::object()) const {
    arguments.insert(arguments.begin(), gst_blip_program().string());
    arguments.insert(arguments.end(), {"--index", index_.string()});
    return run_program(arguments, with_scripted_engine(script));
  }

  const std::filesystem::path& index() const { return index_; }
  std::filesystem::path file(const std::string& name) const { return folder_ / name; }

 private:
  TempDir folder_;
  std::filesystem::path index_ = folder_ / "index.db";
};

}  // namespace blip::test
