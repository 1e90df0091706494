#pragma once

#include <string>
#include <string_view>

namespace blip {

// One line for people: runs of ASCII white space and control characters become one space, none at the ends.
std::string one_line(std::string_view text);

// one_line(), and "-->" becomes an arrow: in a subtitle file it would start a cue.
std::string cue_text(std::string_view text);

}  // namespace blip
