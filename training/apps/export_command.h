#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace blip {

// Adds `export CHECKPOINT -o OUT`: writes the model of a training checkpoint. The returned function does it and throws
// Error.
std::function<void()> add_export_command(CLI::App& program);

}  // namespace blip
