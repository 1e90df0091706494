#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/pipelines/support/program.h"

namespace blip::test {

// Options for a program that is to find the scripted engine, which has no weights and says the colour of a picture.
// The script's members, all optional:
//
// log              a file; a line {"open": model, …} or {"width", "height", "prompt", …} is appended for each call
//
// warnings         lines, the model's warnings
//
// fail_open        a line, why the model cannot be opened
//
// fail_analyses    how many analyses fail first
//
// interrupt_at     the number of the analysis with which the process gets SIGINT
//
// echo             true: it gets another one right after
//
// until_it_leaves  true: that analysis never ends, and SIGINT comes again and again
ProgramOptions with_scripted_engine(const nlohmann::json& script = nlohmann::json::object());

}  // namespace blip::test
