#pragma once

#include <filesystem>
#include <string>

#include "core/base/outcome.h"
#include "core/tasks/engine_api.h"

namespace blip {

// The folder of the file that holds this code: of libgstblip.so in a pipeline, of the test program in its tests.
std::filesystem::path plugin_directory();

// Opens libblip-engine.so: the file $GST_BLIP_ENGINE when that is set, else in `folder`, in its parent, or in the
// library folder of the installation. The engine belongs to its library, which stays open until the process ends.
// Fails with kNotFound naming every place tried and what was wrong there.
Outcome<Engine*> load_engine(const std::filesystem::path& folder);
Outcome<Engine*> load_engine();  // looks in plugin_directory()

// $GST_BLIP_MODEL, else the model shipped with this project: installed, or in the source of this build.
std::string default_model();

}  // namespace blip
