#include "pipelines/searching/calibrate_command.h"

#include <CLI/CLI.hpp>

#include "pipelines/options/model_options.h"

namespace blip {
namespace {

constexpr const char* kExamples = R"(Examples:
  gst-blip index calibrate labels.jsonl              how good search is on your own material, and what a fit would give
  gst-blip index calibrate labels.jsonl --write      ... and let searches of this index use the fit
  gst-blip index calibrate others.jsonl --check      how good the calibration in force is on other labels
  gst-blip index calibrate labels.jsonl --check --figure reliability.svg

A line of the labels is a text and all moments of the index that it is true for, times in seconds:
  {"text": "a red circle", "matches": [{"video": "talk.mp4", "start": 0.0, "end": 2.0}]}
or, for searches with --by-video, all videos:
  {"text": "a talk about shapes", "videos": ["talk.mp4"]}
Each text is searched for without a cut-off and its 64 best candidates are judged. What is told of a fit comes from two
fits, each on every other text, told of the texts it did not see. Some hundred texts are enough.)";

}  // namespace

std::shared_ptr<CalibrateSettings> add_calibrate_command(IndexCommand& index) {
  auto settings = std::make_shared<CalibrateSettings>();
  CLI::App& command = *index.app().add_subcommand(
      "calibrate", "Measure searches against labels, and fit match probabilities and the cut-off");
  command.footer(kExamples);
  command.add_option("LABELS", settings->labels, "texts and what they are true for, one JSON object a line")
      ->required()
      ->option_text("LABELS.jsonl");
  command.add_flag("--write", settings->write, "keep the fit beside the index, or in the file that -o names");
  command.add_flag("--check", settings->check, "fit nothing: measure the calibration in force");
  command
      .add_option("-o,--output", settings->output,
                  "with --write: the calibration file (default: INDEX.calibration.json)")
      ->option_text("FILE");
  command.add_option("--figure", settings->figure, "draw reliability, precision and recall as SVG")
      ->option_text("FILE");
  add_index_option(command, *settings);
  add_model_options(command, *settings);
  index.add(command, [settings](Console& console) { return run_calibrate_job(*settings, console); });
  return settings;
}

}  // namespace blip
