#pragma once

#include <memory>
#include <string>

#include "pipelines/indexing/index_command.h"
#include "pipelines/indexing/index_options.h"
#include "pipelines/options/model_settings.h"
#include "pipelines/terminal/console.h"

namespace blip {

// What "gst-blip index calibrate" was asked for.
struct CalibrateSettings : IndexSettings, ModelSettings {
  std::string labels;
  bool check = false;  // hold the calibration in force against the labels
  bool write = false;  // beside the index
  std::string output;  // the calibration file; empty = calibration_beside_index()
  std::string figure;  // an SVG file; empty = none
};

// Adds "calibrate" to the command "index", with what runs it.
std::shared_ptr<CalibrateSettings> add_calibrate_command(IndexCommand& index);

// Throws UsageError, Error, ModelFailure and OutputFailure.
int run_calibrate_job(const CalibrateSettings& settings, Console& console);

}  // namespace blip
