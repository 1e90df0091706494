#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/pipelines/support/program.h"

namespace blip::test {

// Options for a program that is to find the scripted engine, an engine without weights that says the colour of a
// picture. The script, all members optional:
//   "log": FILE             appends a line {"open": model} or {"width", "height", "orientation", "prompt", …} for each
//   call "warnings": [LINE…]     of the model "fail_open": LINE       the model cannot be opened "fail_analyses": N
//   this many fail first "interrupt_at": N       with analysis N the process gets SIGINT, "interrupts" times (default
//   1); the one after a second SIGINT waits
//                           for ever, so that only a program that leaves at once gets on
ProgramOptions with_scripted_engine(const nlohmann::json& script = nlohmann::json::object());

}  // namespace blip::test
