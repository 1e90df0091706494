#pragma once

#include <filesystem>
#include <span>
#include <string>

namespace blip {

enum class TableFormat { kMarkdown, kCsv };

// Complete runs as rows, metrics as columns, one table a command and data set, with the figures that papers publish for
// that data set in rows below. Throws Error(kNotFound, kInvalidData) naming the folder.
std::string results_table(std::span<const std::filesystem::path> runs, TableFormat format);

}  // namespace blip
