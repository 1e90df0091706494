#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace blip {
class Console;

// Adds `blip-train dialogues`. The returned function runs it after parsing.
std::function<void()> add_dialogues_command(CLI::App& program, Console& console);

}  // namespace blip
