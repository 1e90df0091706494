#include "pipelines/indexing/upkeep_commands.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "pipelines/indexing/index_listing.h"
#include "pipelines/indexing/upkeep_jobs.h"

namespace blip {
namespace {

constexpr const char* kRemoveExamples = R"(Examples:
  gst-blip index remove talk.mp4        by the end of its path
  gst-blip index remove '/old/*'        all whose path fits
  gst-blip index remove 12              by its number (gst-blip index list)
  gst-blip index remove --missing       those whose files are gone

Segments, embeddings, captions and pictures of a video go together. The video itself is not touched.)";

constexpr const char* kMergeExamples = R"(Examples:
  gst-blip index merge all.db part1.db part2.db

Takes in what others hold that were made with the same models, such as the parts of "index add --shard". Videos that are
there already stay as they are. The others are not changed.)";

template <class Settings>
std::pair<CLI::App*, std::shared_ptr<Settings>> add_command(IndexCommand& index, const char* name, const char* text) {
  auto settings = std::make_shared<Settings>();
  CLI::App* command = index.app().add_subcommand(name, text);
  add_index_option(*command, *settings);
  return {command, settings};
}

void add_format(CLI::App& command, bool& json, const char* text) {
  command
      .add_option_function<std::string>(
          "--format", [&json](const std::string& name) { json = name == "json"; }, text)
      ->check(CLI::IsMember({"text", "json"}))
      ->option_text("NAME");
}

}  // namespace

void add_upkeep_commands(IndexCommand& index) {
  {
    const auto [command, settings] = add_command<StatusSettings>(index, "status", "What the index holds");
    add_format(*command, settings->json, "text, or json: one object (default: text)");
    index.add(*command, [settings = settings](Console&) { return run_status(*settings); });
  }
  {
    const auto [command, settings] = add_command<ListSettings>(index, "list", "The videos, one a line");
    command->add_option("PATTERN", settings->patterns, "only those whose path, or its end, fits")->option_text(" ");
    command->add_option("--state", settings->state, "only these: waiting, indexing, done or failed")
        ->check(CLI::IsMember({"waiting", "indexing", "done", "failed"}))
        ->option_text("NAME");
    add_format(*command, settings->json, "text, or json: one object a video (default: text)");
    index.add(*command, [settings = settings](Console&) { return run_list(*settings); });
  }
  {
    const auto [command, settings] = add_command<RemoveSettings>(index, "remove", "Take videos out of the index");
    command->footer(kRemoveExamples);
    command->add_option("VIDEO", settings->videos, "patterns on the path or its end, or numbers")->option_text(" ");
    command->add_flag("--missing", settings->missing, "all whose files are no longer there");
    index.add(*command, [settings = settings](Console& console) { return run_remove(*settings, console); });
  }
  {
    const auto [command, settings] = add_command<VerifySettings>(index, "verify", "Look for damage");
    command->add_flag("--quick", settings->quick, "the structure only, not every row");
    index.add(*command, [settings = settings](Console& console) { return run_verify(*settings, console); });
  }
  {
    const auto [command, settings] = add_command<IndexSettings>(index, "compact", "Give unused space back to the disk");
    index.add(*command, [settings = settings](Console&) { return run_compact(*settings); });
  }
  {
    auto settings = std::make_shared<MergeSettings>();
    CLI::App* command = index.app().add_subcommand("merge", "Take other indexes into one");
    command->footer(kMergeExamples);
    command->add_option("OUT", settings->index, "the index that takes them in; made if it is not there")
        ->required()
        ->option_text(" ");
    command->add_option("IN", settings->others, "the others")->required()->option_text(" ");
    index.add(*command, [settings](Console& console) { return run_merge(*settings, console); });
  }
}

}  // namespace blip
