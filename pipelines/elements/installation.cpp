#include "pipelines/elements/installation.h"

#include <gst/gst.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <system_error>

#include "core/base/error.h"
#include "pipelines/media_input/gst_owners.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

std::string listed(const std::vector<fs::path>& places) {
  std::string text;
  for (const fs::path& place : places) text += (text.empty() ? "'" : ", '") + place.string() + "'";
  return text;
}

std::optional<fs::path> first_existing(const std::vector<fs::path>& places) {
  const auto found = std::find_if(places.begin(), places.end(), [](const fs::path& place) {
    std::error_code ignored;
    return fs::exists(place, ignored);
  });
  return found == places.end() ? std::nullopt : std::optional(*found);
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

fs::path plugin_folder(const fs::path& program) {
  const std::vector<fs::path> candidates = plugin_candidates(program);
  return first_existing(candidates).value_or(candidates.front()).parent_path();
}

std::vector<fs::path> data_candidates(const fs::path& program, const fs::path& installed, const fs::path& in_source) {
  return {(program.parent_path() / BLIP_INSTALL_DATADIR "/gst-blip" / installed).lexically_normal(),
          fs::path(BLIP_SOURCE_DIR) / in_source};
}

std::string default_model(const fs::path& program, ModelTask task) {
  if (const char* model = std::getenv("GST_BLIP_MODEL"); model != nullptr && *model != '\0') return model;
  constexpr std::array<const char*, 4> kNames{"caption", "retrieval", "vqa", "blip2"};
  const fs::path name = kNames.at(static_cast<std::size_t>(task));
  const auto candidates = data_candidates(program, "models" / name, "training/pretrained" / name);
  return first_existing(candidates).value_or(candidates.front());
}

void load_blip_plugin(const fs::path& program) {
  const std::vector<fs::path> candidates = plugin_candidates(program);
  const auto found = first_existing(candidates);
  if (!found) {
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
