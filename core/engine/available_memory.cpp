#include "core/engine/available_memory.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

namespace blip {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

std::optional<std::uint64_t> number_in(const fs::path& path) {
  std::ifstream file(path);
  std::uint64_t value = 0;
  if (file >> value) return value;
  return std::nullopt;  // "max", too
}

// The number behind a word at the beginning of a line: "MemAvailable:  123 kB".
std::optional<std::uint64_t> field_in(const fs::path& path, const std::string& name) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(name + " ") && !line.starts_with(name + "\t")) continue;
    const std::size_t digit = line.find_first_of("0123456789", name.size());
    if (digit == std::string::npos || line.size() - digit > 24) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = digit; i < line.size() && line[i] >= '0' && line[i] <= '9' && value < kUnlimited / 100; ++i)
      value = value * 10 + static_cast<std::uint64_t>(line[i] - '0');
    return value;
  }
  return std::nullopt;
}

struct GroupFiles {
  const char *limit, *used, *file_pages;
};
constexpr GroupFiles kVersion2{"memory.max", "memory.current", "inactive_file"};
constexpr GroupFiles kVersion1{"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"};

std::uint64_t left_in_group(const fs::path& folder, const GroupFiles& files) {
  const auto limit = number_in(folder / files.limit);
  if (!limit) return kUnlimited;
  const std::uint64_t used = number_in(folder / files.used).value_or(0);
  const std::uint64_t reclaimable = std::min(used, field_in(folder / "memory.stat", files.file_pages).value_or(0));
  const std::uint64_t taken = used - reclaimable;
  return *limit > taken ? *limit - taken : 0;
}

// The group and all above it, up to where they are mounted.
std::uint64_t left_in_groups(const fs::path& mount, std::string group, const GroupFiles& files) {
  std::uint64_t left = left_in_group(mount, files);
  while (group.size() > 1) {
    left = std::min(left, left_in_group(mount / group.substr(1), files));
    group.resize(group.rfind('/'));
  }
  return left;
}

// /proc/self/cgroup: "0::/a/b" (version 2), "4:memory:/a/b" (version 1).
std::uint64_t left_in_own_groups(const fs::path& root) {
  std::uint64_t left = kUnlimited;
  std::ifstream file(root / "proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find(':'), second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos || second + 1 >= line.size() || line[second + 1] != '/') continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",",
                      group = line.substr(second + 1);
    if (group.find("..") != std::string::npos) continue;
    if (controllers == ",,") left = std::min(left, left_in_groups(root / "sys/fs/cgroup", group, kVersion2));
    if (controllers.find(",memory,") != std::string::npos)
      left = std::min(left, left_in_groups(root / "sys/fs/cgroup/memory", group, kVersion1));
  }
  return left;
}

}  // namespace

std::uint64_t available_memory(const fs::path& root) {
  const auto kibibytes = field_in(root / "proc/meminfo", "MemAvailable:");
  const std::uint64_t machine = kibibytes && *kibibytes < kUnlimited / 1024 ? *kibibytes * 1024 : kUnlimited;
  return std::min(machine, left_in_own_groups(root));
}

}  // namespace blip
