#include "tests/plugins/family/program_run.h"

#include <array>
#include <cstdio>

namespace blip::test {

std::string launched(const std::string& line, const std::string& environment, const std::string& wrapper) {
  const std::string command =
      environment + " GST_PLUGIN_PATH=" BLIP_PLUGIN_DIR " GST_BLIP_ENGINE=" BLIP_FAKE_ENGINE " timeout 240 " + wrapper +
      " " BLIP_LAUNCH
      " 'videotestsrc num-buffers=60 ! "
      "video/x-raw,format=I420,width=64,height=48,framerate=20/1 ! " +
      line + "' 2>&1; echo exit $?";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  std::string output;
  std::array<char, 4096> part{};
  while (std::fgets(part.data(), part.size(), pipe) != nullptr) output += part.data();
  ::pclose(pipe);
  return output;
}

}  // namespace blip::test
