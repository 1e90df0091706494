#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace blip {

class Console;

// Adds `score` to the program; what is returned runs it. Throws Error.
std::function<void()> add_score_command(CLI::App& program, Console& console);

}  // namespace blip
