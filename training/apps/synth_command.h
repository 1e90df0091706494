#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace blip {

// Adds `synth OUT` to the program: renders ShapesWorld, the project's own video world, into a data set. Arguments are
// read when the returned function is called, which does the work and throws Error.
std::function<void()> add_synth_command(CLI::App& program);

}  // namespace blip
