#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <utility>
#include <vector>

#include "pipelines/terminal/console.h"

namespace blip {

// "gst-blip index" with its sub-commands and what runs each of them.
class IndexCommand {
 public:
  // Adds the sub-command "index" to `app`, which outlives this, with add, status, list, remove, verify, compact and
  // merge.
  explicit IndexCommand(CLI::App& app);

  // For further sub-commands: add them to app(), then say what runs them.
  CLI::App& app() { return *app_; }
  void add(const CLI::App& command, std::function<int(Console&)> job) { jobs_.emplace_back(&command, std::move(job)); }

  // Runs the one that was named. Returns the program's exit code.
  int run(Console& console) const;

 private:
  CLI::App* app_;
  std::vector<std::pair<const CLI::App*, std::function<int(Console&)>>> jobs_;
};

}  // namespace blip
