#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipelines/records/output_format.h"

namespace blip {

// What every command that reads files is told of them and of its output.
struct JobFiles {
  std::vector<std::string> files;
  std::string output;  // -o: a file, or a directory (one that exists, or a name that ends in '/'); empty = stdout
  std::optional<OutputFormat> format;  // unset = by the output's name, else text
  bool auto_orient = false;            // turn still pictures by their EXIF orientation; videos always are turned
};

}  // namespace blip
