#pragma once

#include <CLI/App.hpp>

#include "pipelines/records/job_files.h"

namespace blip {

// Adds --format, -o and --auto-orient to `command`.
void add_output_options(CLI::App& command, JobFiles& files);

}  // namespace blip
