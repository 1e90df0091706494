#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace blip {

class Console;

// Adds `synth OUT` to the program: renders ShapesWorld, the project's own video world, into a data set. The returned
// function, called after the arguments are parsed, does the work. The console must outlive it. Throws Error.
std::function<void()> add_synth_command(CLI::App& program, Console& console);

}  // namespace blip
