#include "pipelines/indexing/index_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "pipelines/indexing/add_command.h"
#include "pipelines/indexing/add_job.h"
#include "pipelines/indexing/upkeep_commands.h"

namespace blip {

IndexCommand::IndexCommand(CLI::App& app)
    : app_(app.add_subcommand("index", "Make videos searchable: the index and its upkeep")) {
  app_->require_subcommand(1);
  const auto settings = add_add_command(*app_);
  add(*app_->get_subcommand("add"), [settings](Console& console) { return run_add_job(*settings, console); });
  add_upkeep_commands(*this);
}

int IndexCommand::run(Console& console) const {
  const auto named = std::ranges::find_if(jobs_, [this](const auto& job) { return app_->got_subcommand(job.first); });
  return named == jobs_.end() ? 0 : named->second(console);
}

}  // namespace blip
