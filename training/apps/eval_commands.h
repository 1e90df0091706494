#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace blip {

class Console;

// Add `retrieval`, `videoqa`, `vqa`, `caption`, `nlvr2` and `visdial` to blip-eval. Arguments are read when the program
// is parsed; the returned function runs the one that was given, or does nothing and returns false. Throws Error,
// UsageError.
std::function<bool()> add_eval_commands(CLI::App& program, Console& console);

}  // namespace blip
