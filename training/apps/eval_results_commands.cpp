#include "training/apps/eval_results_commands.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "pipelines/terminal/console.h"
#include "training/apps/eval_job.h"
#include "training/benchmarks/check.h"
#include "training/eval/finish_run.h"
#include "training/results/compare.h"
#include "training/results/merge.h"
#include "training/results/results_table.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

struct ResultsArguments {
  std::vector<std::string> shards, runs;
  std::string output, first, second, layout, folder, annotations, media, split, jars, format = "markdown";
};

std::vector<fs::path> paths_of(const std::vector<std::string>& names) {
  return std::vector<fs::path>(names.begin(), names.end());
}

int merge(const ResultsArguments& arguments, Console& console) {
  const auto shards = paths_of(arguments.shards);
  RunFolder folder = merge_shards(shards, arguments.output);
  JavaTools java;
  java.jars = arguments.jars;
  print_result(finish_run(folder, read_fingerprint(arguments.output), Shard{}, java));
  console.line("results in '" + folder.path().string() + "'");
  return 0;
}

int compare(const ResultsArguments& arguments) {
  const auto differences = compare_runs(arguments.first, arguments.second);
  std::fputs(comparison_table(differences).c_str(), stdout);
  return 0;
}

int table(const ResultsArguments& arguments) {
  const auto runs = paths_of(arguments.runs);
  const auto format = arguments.format == "csv" ? TableFormat::kCsv : TableFormat::kMarkdown;
  std::fputs(results_table(runs, format).c_str(), stdout);
  return 0;
}

int check_data(const ResultsArguments& arguments) {
  ReadOptions reading;
  reading.annotations = arguments.annotations;
  reading.media = arguments.media;
  reading.split = arguments.split;
  const CheckReport report = check(arguments.layout, arguments.folder, reading);
  for (const std::string& line : report.lines) std::printf("%s\n", line.c_str());
  return report.complete ? 0 : 1;
}

}  // namespace

std::function<int()> add_results_commands(CLI::App& program, Console& console) {
  const auto arguments = std::make_shared<ResultsArguments>();
  CLI::App* merging = program.add_subcommand("merge", "one run out of the shards of one");
  merging->footer("Example:\n  blip-eval merge runs/part-* -o runs/whole");
  merging->add_option("RUN", arguments->shards, "the folders of all shards")->required()->option_text(" ");
  merging->add_option("-o,--output", arguments->output, "folder for the whole")->required()->option_text("RUN");
  merging->add_option("--jars", arguments->jars, "of METEOR and SPICE (default: $BLIP_COCOEVAL_JARS)")
      ->option_text("FOLDER");

  CLI::App* comparing = program.add_subcommand("compare", "how two runs over the same data differ, sample by sample");
  comparing->footer("Example:\n  blip-eval compare runs/base runs/large");
  comparing->add_option("A", arguments->first, "folder of a run")->required()->option_text(" ");
  comparing->add_option("B", arguments->second, "folder of another")->required()->option_text(" ");

  CLI::App* tabling = program.add_subcommand("table", "runs as a table, with published figures beside");
  tabling->footer("Example:\n  blip-eval table runs/* --format csv > results.csv");
  tabling->add_option("RUN", arguments->runs, "folders of runs")->required()->option_text(" ");
  tabling->add_option("--format", arguments->format, "markdown or csv (default: markdown)")
      ->option_text("FORMAT")
      ->check(CLI::IsMember({"markdown", "csv"}));

  CLI::App* checking = program.add_subcommand("check", "whether a data set is complete; nothing is downloaded");
  checking->footer("Example:\n  blip-eval check msrvtt-1ka data/msrvtt");
  checking->add_option("LAYOUT", arguments->layout, "see docs/evaluation.md")->required()->option_text(" ");
  checking->add_option("DIR", arguments->folder, "folder of the data set")->required()->option_text(" ");
  checking->add_option("--annotations", arguments->annotations, "annotation file")->option_text("FILE");
  checking->add_option("--media", arguments->media, "folder of videos or pictures")->option_text("FOLDER");
  checking->add_option("--split", arguments->split, "part of the data set")->option_text("NAME");

  return [=, &console] {
    if (merging->parsed()) return merge(*arguments, console);
    if (comparing->parsed()) return compare(*arguments);
    if (tabling->parsed()) return table(*arguments);
    return check_data(*arguments);
  };
}

}  // namespace blip
