#include "core/checkpoint/frozen_files.h"

#include <array>
#include <string>
#include <system_error>

#include "core/checkpoint/message.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

bool there_is(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

fs::path folder_of(const fs::path& model) {
  std::error_code ignored;
  if (fs::is_directory(model, ignored)) return model;
  return model.has_parent_path() ? model.parent_path() : fs::path(".");
}

fs::path given(const std::string& path, const char* option) {
  if (!there_is(path))
    throw Error(ErrorKind::kNotFound, std::string(option) + " " + in_quotes(path) + " does not exist");
  return path;
}

}  // namespace

fs::path find_vision_file(const CheckpointOptions& options, const fs::path& model, std::int64_t width) {
  if (!options.vision.empty()) return given(options.vision, "--vision");
  constexpr std::int64_t kLargeWidth = 1024;
  std::array<const char*, 3> names{"eva_vit_g.pth", "clip_vit_L.pth", "vision.pth"};
  if (width == kLargeWidth) std::swap(names[0], names[1]);
  const fs::path folder = folder_of(model);
  for (const fs::path& place : {folder, folder / ".."}) {
    for (const char* name : names) {
      if (there_is(place / name)) return place / name;
    }
  }
  throw Error(ErrorKind::kNotFound, in_quotes(model.string()) +
                                        " holds what BLIP-2 trains, not its image encoder: looked for eva_vit_g.pth, "
                                        "clip_vit_L.pth and vision.pth in " +
                                        in_quotes(folder.string()) + " and the folder above; give one by --vision");
}

fs::path find_language_directory(const CheckpointOptions& options, const fs::path& model) {
  const fs::path folder = options.language.empty() ? folder_of(model) / "llm" : given(options.language, "--language");
  if (there_is(folder / "config.json")) return folder;
  if (!options.language.empty()) {
    throw Error(ErrorKind::kNotFound, "--language " + in_quotes(options.language) +
                                          " holds no config.json: expected the Hugging Face directory of an OPT or T5");
  }
  throw Error(ErrorKind::kNotFound,
              in_quotes(model.string()) +
                  " holds what BLIP-2 trains, not its language model: looked for config.json in " +
                  in_quotes(folder.string()) + "; give the Hugging Face directory of an OPT or T5 by --language");
}

}  // namespace blip
