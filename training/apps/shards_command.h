#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace blip {

class Console;

// Adds `shards VIDEO… -o DIR` to the program: takes frames out of videos with texts and writes them with their texts
// into tar shards. Arguments are read when the returned function is called, which does the work and throws Error;
// `console`, which must outlive it, shows what was left out and how far it is.
std::function<void()> add_shards_command(CLI::App& program, Console& console);

}  // namespace blip
