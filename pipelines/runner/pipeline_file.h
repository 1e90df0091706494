#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "pipelines/runner/launch_template.h"
#include "pipelines/runner/pipeline_variable.h"

namespace blip {

// A pipeline as a YAML file describes it; docs/pipelines.md explains the format.
struct PipelineFile {
  std::string name;
  std::string description;
  std::vector<PipelineVariable> variables;  // in the file's order
  LaunchTemplate launch;
  std::vector<std::string> messages;  // element messages to print, by name
};

// Throws Error naming file and line: unknown, missing or doubled keys, wrong types, a variable that is used but not
// declared or declared but not used. kNotFound when the file is not there.
PipelineFile read_pipeline_file(const std::filesystem::path& file);

// The launch line for these settings. Throws UsageError for an unknown variable, a value out of range, and for
// variables that must be set and are not (all of them, with their help); Error as LaunchTemplate::fill().
std::vector<LaunchWord> fill_pipeline(const PipelineFile& pipeline, const std::map<std::string, std::string>& settings);

// The variables, one a line: name, type, help, default.
std::string variables_text(const PipelineFile& pipeline);

}  // namespace blip
