#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace blip {

class Console;

// Adds `capfilt INPUT… -o OUT` with `capfilt merge` and `capfilt score`: texts written for pictures and frames of
// videos, and all texts held against them. Arguments are read when the returned function is called, which does the
// work and returns the exit code: 0, or 130 after Ctrl-C or SIGTERM. Throws Error, UsageError. The console must outlive
// it.
std::function<int()> add_capfilt_command(CLI::App& program, Console& console);

}  // namespace blip
