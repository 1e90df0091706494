#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/base/file_output.h"
#include "training/synth/item.h"

namespace blip::synth {

// Writes FOLDER/clips/NNNNN.mp4: two to five shots (or options.clip_shots) of 1.5 to 3 s with hard cuts, 12 or 15
// frames a second, H.264. Returns its entry of annotations.json as JSON text: {"file", "width", "height", "fps",
// "codec", "frames", "duration", "caption", "questions", "shots": [{"start", "end", "first_frame", "frames",
// "true_captions", and what describe_scene() gives}]}. Throws Error.
std::string make_clip(const ItemOptions& options, Part part, std::uint64_t index, const std::filesystem::path& folder);

// annotations.json: {"set": NAME, "clips": [entry …]}, written entry by entry.
class AnnotationWriter {
 public:
  AnnotationWriter(const std::filesystem::path& path, const std::string& set);
  void add(const std::string& entry);
  void finish();

 private:
  FileOutput output_;
  bool is_first_ = true;
};

}  // namespace blip::synth
