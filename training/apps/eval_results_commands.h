#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace blip {

class Console;

// Add `merge`, `compare`, `table` and `check` to blip-eval; the returned function runs the one that was given and
// gives the exit code: `check` ends with 1 when data are missing. Throws Error.
std::function<int()> add_results_commands(CLI::App& program, Console& console);

}  // namespace blip
