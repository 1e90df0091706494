#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/ffmpeg_program.h"

namespace blip::test {

struct ClipSpec {
  std::vector<std::string> colors{"red", "blue"};  // one after the other
  double seconds = 1;                              // of each colour
  int fps = 10;
  std::string size = "64x48";
  std::string codec = "-c:v libx264 -pix_fmt yuv420p";
  std::string output_options{};
};

// A clip of plain colours, written by ffmpeg; the file's ending chooses the container.
inline void make_clip(const std::filesystem::path& path, const ClipSpec& spec = {}) {
  std::string inputs, labels;
  for (std::size_t i = 0; i < spec.colors.size(); ++i) {
    inputs += " -f lavfi -i color=" + spec.colors[i] + ":s=" + spec.size + ":r=" + std::to_string(spec.fps) +
              ":d=" + std::to_string(spec.seconds);
    labels += "[" + std::to_string(i) + "]";
  }
  run_ffmpeg(inputs + " -filter_complex '" + labels + "concat=n=" + std::to_string(spec.colors.size()) + "' " +
             spec.codec + " " + spec.output_options + " " + path.string());
}

// A clip that many tests read, made once a build folder.
inline std::string kept_clip(const std::string& name, const ClipSpec& spec) {
  const auto folder = std::filesystem::path(BLIP_BUILD_DIR) / "tests/clips";
  const auto clip = folder / name;
  if (!std::filesystem::exists(clip)) {
    std::filesystem::create_directories(folder);
    const auto unfinished = folder / (std::to_string(getpid()) + "-" + name);
    make_clip(unfinished, spec);
    std::filesystem::rename(unfinished, clip);
  }
  return clip;
}

}  // namespace blip::test
