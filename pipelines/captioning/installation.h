#pragma once

#include <filesystem>
#include <vector>

namespace blip {

// Finds what belongs to this program by where the program lies: in a build tree or an installed one, no environment
// needed.

// The folder of the running program.
std::filesystem::path program_directory();

// Where libgstblip.so may lie for a program in `program`, best first.
std::vector<std::filesystem::path> plugin_candidates(const std::filesystem::path& program);

// Loads the plug-in from the first candidate that exists; where none does, one that GStreamer knows ($GST_PLUGIN_PATH)
// will do. GStreamer is initialised. Throws Error: kNotFound naming the places, kFailed with the loader's reason.
void load_blip_plugin(const std::filesystem::path& program);

}  // namespace blip
