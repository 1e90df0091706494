// Runs what the README and the elements' pages tell users to type.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "tests/pipelines/support/gst_blip.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

// The commands in a page's ```sh blocks; a line that ends in a backslash goes on in the next.
std::vector<std::string> commands_in(const fs::path& page) {
  std::vector<std::string> commands;
  std::ifstream in(page);
  bool inside = false, goes_on = false;
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("```", 0) == 0) {
      inside = line == "```sh" && !inside;
      continue;
    }
    if (!inside) continue;
    const bool continued = !line.empty() && line.back() == '\\';
    if (continued) line.pop_back();
    if (goes_on)
      commands.back() += line;
    else
      commands.push_back(line);
    goes_on = continued;
  }
  return commands;
}

// Writes the page's ```yaml blocks that begin with "# NAME" into `folder`.
void write_examples(const fs::path& page, const fs::path& folder) {
  std::ifstream in(page);
  bool begins = false;
  std::ofstream file;
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("```", 0) == 0) {
      file.close();
      begins = line == "```yaml";
    } else if (begins && line.rfind("# ", 0) == 0) {
      file.open(folder / line.substr(2));
      begins = false;
    } else {
      begins = false;
      if (file.is_open()) file << line << '\n';
    }
  }
}

// Launch lines and gst-blip; not what needs a camera, a screen, a network or another model.
bool can_run(const std::string& command) {
  constexpr std::array<const char*, 6> kNotHere{"v4l2src", "rtsp", "autovideosink", "Salesforce", ".pth", "photo"};
  return (command.find("gst-launch-1.0") != std::string::npos || command.rfind("gst-blip ", 0) == 0) &&
         std::none_of(kNotHere.begin(), kNotHere.end(),
                      [&](const char* word) { return command.find(word) != std::string::npos; });
}

// A server runs until it is told to end: as the command says, but for a free port, and for a moment only.
std::string ending(const std::string& command) {
  if (command.rfind("gst-blip serve", 0) != 0) return command;
  return "timeout --preserve-status 3 " + command.substr(0, command.find(" #")) + " --port 0";
}

TEST(DocumentedCommands, Work) {
  if (std::string(BLIP_SANITIZERS) != "")
    GTEST_SKIP() << "built with " BLIP_SANITIZERS ": the stock gst-launch-1.0 cannot load such a plug-in";
  std::vector<fs::path> pages = {fs::path(BLIP_SOURCE_DIR) / "README.md",
                                 fs::path(BLIP_SOURCE_DIR) / "docs/pipelines.md",
                                 fs::path(BLIP_SOURCE_DIR) / "docs/indexing.md"};
  const fs::path elements = fs::path(BLIP_SOURCE_DIR) / "docs/elements";
  if (fs::exists(elements))
    for (const auto& entry : fs::directory_iterator(elements))
      if (entry.path().extension() == ".md") pages.push_back(entry.path());

  const test::TempDir directory;
  const std::string clip = test::shapes_dir() / "clips/clip000.mp4";
  for (const char* name : {"in.mp4", "talk.mp4", "video.mp4", "clip.mp4"}) fs::create_symlink(clip, directory / name);
  for (const char* name : {"tests", "training"})
    fs::create_directory_symlink(fs::path(BLIP_SOURCE_DIR) / name, directory / name);
  fs::create_directory(directory / "Videos");  // of the home
  fs::copy_file(clip, directory / "Videos/clip.mp4");
  const fs::path models = fs::path(BLIP_SOURCE_DIR) / "training/pretrained";
  test::ProgramOptions options;
  options.directory = directory.path();
  options.environment = {{"HOME", directory.path()},
                         {"XDG_DATA_HOME", ""},
                         {"GST_BLIP_INDEX", ""},
                         {"VIDEO", clip},
                         {"MODEL", models / "caption"},
                         {"MATCHER", models / "pretrain"},
                         {"VQA", models / "vqa"},
                         {"BLIP2", models / "blip2"},
                         {"OUT", directory.path()},
                         {"PATH", std::string(BLIP_BUILD_DIR) + "/bin:" + std::getenv("PATH")},
                         {"GST_PLUGIN_PATH", std::string(BLIP_BUILD_DIR) + "/lib/gstreamer-1.0"},
                         {"GST_REGISTRY", directory / "registry.bin"}};
  int run = 0;
  for (const fs::path& page : pages) {
    write_examples(page, directory.path());
    for (const std::string& command : commands_in(page)) {
      if (!can_run(command)) continue;
      if (command.find("$BLIP2") != std::string::npos && !fs::exists(models / "blip2/config.json")) continue;
      const auto result = test::run_program({"sh", "-c", ending(command)}, options);
      EXPECT_EQ(result.exit_code, 0) << page << ": " << command << '\n' << result.out << result.err;
      ++run;
    }
  }
  EXPECT_GT(run, 0) << "no page has a command that can be run here";
}

}  // namespace
}  // namespace blip
