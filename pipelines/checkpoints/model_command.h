#pragma once

#include <CLI/App.hpp>
#include <iosfwd>

namespace blip {

// Adds the sub-command "model" with info, verify and convert to `app`. They run while `app` parses: results go to
// `out`, warnings to `err` (both must outlive the parsing), and parsing ends with CLI::RuntimeError carrying exit code
// 0. Error passes through.
void add_model_command(CLI::App& app, std::ostream& out, std::ostream& err);

void add_model_command(CLI::App& app);  // stdout and stderr

}  // namespace blip
