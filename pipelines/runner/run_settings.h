#pragma once

#include <map>
#include <string>

namespace blip {

// What "gst-blip run" was asked to do.
struct RunSettings {
  std::string pipeline;                          // a YAML file, or a name of the catalog
  std::map<std::string, std::string> variables;  // --set
  bool list = false;                             // show the catalog instead
  bool show_variables = false;                   // show the pipeline's variables instead
  bool dry_run = false;                          // print the launch line instead
};

}  // namespace blip
