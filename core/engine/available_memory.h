#pragma once

#include <cstdint>
#include <filesystem>

namespace blip {

// Bytes of memory that this process can still have: MemAvailable of /proc/meminfo, less where a control group (version
// 1 or 2, with those above it) allows less; its file pages, which the kernel gives back, count as free. The largest
// number where nothing is known. `root` is "/" unless a test says otherwise.
std::uint64_t available_memory(const std::filesystem::path& root = "/");

}  // namespace blip
