#pragma once

#include <string>

namespace blip::test {

// What a launch line of sixty frames of 20 a second, played by blip-launch in a process of its own, writes to stdout
// and stderr, then "exit N". `environment` and `wrapper` stand before the program on the command line.
std::string launched(const std::string& line, const std::string& environment = "", const std::string& wrapper = "");

}  // namespace blip::test
