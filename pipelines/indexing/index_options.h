#pragma once

#include <CLI/App.hpp>
#include <filesystem>
#include <string>

namespace blip {

// Which index a command works on.
struct IndexSettings {
  std::string index;  // empty = default_index_path()

  std::filesystem::path index_path() const;  // absolute
};

// $GST_BLIP_INDEX; else gst-blip/index.db in $XDG_DATA_HOME or ~/.local/share. Throws UsageError when none of these
// variables, nor $HOME, is set.
std::filesystem::path default_index_path();

// Adds --index to `command`.
void add_index_option(CLI::App& command, IndexSettings& settings);

// Throws Error(kNotFound) naming the file and how to make one, unless it is there.
void need_index(const std::filesystem::path& index);

}  // namespace blip
