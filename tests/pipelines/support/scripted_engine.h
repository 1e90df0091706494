#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/pipelines/support/program.h"

namespace blip::test {

// Options for a program that is to find the scripted engine, which has no weights and knows the colour of a picture
// (tests/support/fake_engine). The script's members, all optional:
//
// log                   a file; a line is appended for each call: {"open": model, …} for a model, {"load": model} when
//                       it was not there yet, {"width", "height",
//                       "orientation"} for a picture, and one each with "prompt", "question", "match" or "rank" for
//                       what is asked about pictures
//
// warnings              lines, the model's warnings
//
// layout                what the model is: captioner, matcher, vqa, pretrain, blip2-opt; without, it can do everything
//
// texts                 what is answered, one after the other; without, the colours
//
// fail_open             a line, why the model cannot be opened
//
// fail_analyses         how many analyses fail first
//
// interrupt_at          the number of the analysis (what is asked about a picture) with which the process gets SIGINT
//
// interrupt_at_picture  the same for pictures
//
// kill_at               the number of the analysis with which the process gets SIGKILL
//
// echo                  true: it gets another one right after
//
// until_it_leaves       true: that analysis never ends, and SIGINT comes again and again
ProgramOptions with_scripted_engine(const nlohmann::json& script = nlohmann::json::object());

// The lines of the log that have this member.
std::vector<nlohmann::json> lines_with(const std::string& log, const std::string& member);

}  // namespace blip::test
