#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

namespace blip::test {

// Whether the ffmpeg program is there; tests that hold results against it are skipped where it is not.
inline bool has_ffmpeg_program() {
  static const bool found = std::system("ffmpeg -version >/dev/null 2>&1") == 0;
  return found;
}

// What `ffmpeg ARGUMENTS` writes to stdout; throws if it fails.
inline std::vector<std::uint8_t> run_ffmpeg(const std::string& arguments) {
  const std::string command = "ffmpeg -nostdin -v error -y " + arguments;
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  std::vector<std::uint8_t> result;
  std::array<std::uint8_t, 65536> block;
  for (std::size_t size; (size = std::fread(block.data(), 1, block.size(), pipe)) > 0;) {
    result.insert(result.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(size));
  }
  if (::pclose(pipe) != 0) throw std::runtime_error("failed: " + command);
  return result;
}

}  // namespace blip::test
