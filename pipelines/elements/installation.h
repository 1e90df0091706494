#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace blip {

// Finds what belongs to this program by where the program lies: in a build tree or an installed one, no environment
// needed.

// The folder of the running program.
std::filesystem::path program_directory();

// Where libgstblip.so may lie for a program in `program`, best first.
std::vector<std::filesystem::path> plugin_candidates(const std::filesystem::path& program);

// The folder of the first candidate that exists, else of the best one: the engine lies there, too, or above it.
std::filesystem::path plugin_folder(const std::filesystem::path& program);

// Where a file or folder that comes with this project may lie, best first: installed under share/gst-blip as
// `installed`, and in the source of this build as `in_source`.
std::vector<std::filesystem::path> data_candidates(const std::filesystem::path& program,
                                                   const std::filesystem::path& installed,
                                                   const std::filesystem::path& in_source);

enum class ModelTask { kCaption, kMatch, kAnswer, kConverse };

// $GST_BLIP_MODEL, else the small model for this task that comes with this project, for a program in `program`.
std::string default_model(const std::filesystem::path& program, ModelTask task);

// Loads the plug-in from the first candidate that exists; where none does, one that GStreamer knows ($GST_PLUGIN_PATH)
// will do. GStreamer is initialised. Throws Error: kNotFound naming the places, kFailed with the loader's reason.
void load_blip_plugin(const std::filesystem::path& program);

}  // namespace blip
