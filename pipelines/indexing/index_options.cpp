#include "pipelines/indexing/index_options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <system_error>

#include "core/base/error.h"
#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

const char* variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : nullptr;
}

}  // namespace

fs::path default_index_path() {
  if (const char* index = variable("GST_BLIP_INDEX")) return index;
  const fs::path file = fs::path("gst-blip") / "index.db";
  // The specification of base directories passes over a relative $XDG_DATA_HOME.
  if (const char* data = variable("XDG_DATA_HOME"); data != nullptr && *data == '/') return data / file;
  if (const char* home = variable("HOME")) return fs::path(home) / ".local/share" / file;
  throw UsageError(
      "no place for the index: neither $GST_BLIP_INDEX, $XDG_DATA_HOME nor $HOME is set; use --index FILE");
}

fs::path IndexSettings::index_path() const {
  return fs::absolute(index.empty() ? default_index_path() : fs::path(index)).lexically_normal();
}

void add_index_option(CLI::App& command, IndexSettings& settings) {
  command
      .add_option("--index", settings.index,
                  "the index (default: $GST_BLIP_INDEX, else ~/.local/share/gst-blip/index.db)")
      ->option_text("FILE");
}

void need_index(const fs::path& index) {
  std::error_code ignored;
  if (fs::exists(index, ignored)) return;
  throw Error(ErrorKind::kNotFound, "there is no index '" + index.string() +
                                        "'; make one with: gst-blip index add FOLDER, or name another with --index");
}

}  // namespace blip
