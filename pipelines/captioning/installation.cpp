#include "pipelines/captioning/installation.h"

#include <gst/gst.h>

#include <algorithm>
#include <system_error>

#include "core/base/error.h"
#include "pipelines/captioning/gst_owners.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

std::string listed(const std::vector<fs::path>& places) {
  std::string text;
  for (const fs::path& place : places) text += (text.empty() ? "'" : ", '") + place.string() + "'";
  return text;
}

bool plugin_is_registered() {
  const GstPluginHandle plugin(gst_registry_find_plugin(gst_registry_get(), "blip"));
  return plugin != nullptr;
}

}  // namespace

fs::path program_directory() {
  return fs::read_symlink("/proc/self/exe").parent_path();
}

std::vector<fs::path> plugin_candidates(const fs::path& program) {
  std::vector<fs::path> candidates;
  for (const char* libraries : {"lib", BLIP_INSTALL_LIBDIR, "lib/" BLIP_LIBRARY_ARCHITECTURE}) {
    const fs::path file = (program.parent_path() / libraries / "gstreamer-1.0/libgstblip.so").lexically_normal();
    if (std::find(candidates.begin(), candidates.end(), file) == candidates.end()) candidates.push_back(file);
  }
  return candidates;
}

void load_blip_plugin(const fs::path& program) {
  const std::vector<fs::path> candidates = plugin_candidates(program);
  const auto found = std::find_if(candidates.begin(), candidates.end(), [](const fs::path& file) {
    std::error_code ignored;
    return fs::exists(file, ignored);
  });
  if (found == candidates.end()) {
    if (plugin_is_registered()) return;
    throw Error(ErrorKind::kNotFound, "the GStreamer plug-in libgstblip.so is missing; looked for " +
                                          listed(candidates) +
                                          " and in $GST_PLUGIN_PATH; build it or install it beside the program");
  }
  GError* raw_error = nullptr;
  const GstPluginHandle plugin(gst_plugin_load_file(found->c_str(), &raw_error));
  const GErrorHandle error(raw_error);
  if (plugin == nullptr)
    throw Error(ErrorKind::kFailed, "cannot load the GStreamer plug-in '" + found->string() +
                                        "': " + (error ? error->message : "unknown reason"));
}

}  // namespace blip
