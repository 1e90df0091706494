#include "tests/pipelines/serve/browser/served_demo.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "tests/pipelines/support/gst_blip.h"
#include "tests/support/golden.h"

namespace blip::test {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> serve_command(const fs::path& index, const std::vector<std::string>& options) {
  std::vector<std::string> command{gst_blip_program(), "serve", "--index", index};
  command.insert(command.end(), options.begin(), options.end());
  if (std::find(command.begin(), command.end(), "--port") == command.end())
    command.insert(command.end(), {"--port", "0"});
  return command;
}

}  // namespace

fs::path DemoIndex::demo_clip() {
  return fs::path(BLIP_SOURCE_DIR) / "training/pretrained/demo.mp4";
}

std::vector<DemoShot> DemoIndex::shots() {
  std::ifstream in(fs::path(BLIP_SOURCE_DIR) / "training/pretrained/demo.json");
  std::vector<DemoShot> shots;
  const auto annotations = nlohmann::json::parse(in);
  for (const auto& shot : annotations.at("clips").at(0).at("shots"))
    shots.push_back({shot.at("start"), shot.at("end"), shot.at("captions").at(0), shot.at("background")});
  return shots;
}

std::vector<fs::path> DemoIndex::shape_clips() {
  std::vector<fs::path> clips;
  std::ifstream in(shapes_dir() / "annotations.json");
  const auto annotations = nlohmann::json::parse(in);
  for (const auto& clip : annotations.at("clips"))
    if (clip.at("codec") == "h264" && clips.size() < 3)
      clips.push_back(shapes_dir() / clip.at("file").get<std::string>());
  return clips;
}

DemoIndex::DemoIndex() : file_(folder_ / "demo.db") {
  std::vector<std::string> command{gst_blip_program(), "index", "add", "--index", file_, demo_clip()};
  for (const fs::path& clip : shape_clips()) command.push_back(clip);
  const ProgramResult result = run_program(command);
  if (result.exit_code != 0) throw std::runtime_error("gst-blip index add: " + result.err);
}

DemoServer::DemoServer(const fs::path& index, const std::vector<std::string>& options)
    : program_(serve_command(index, options)), port_(program_.wait_for_number("at http://127.0.0.1:")) {}

std::string DemoServer::address(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

}  // namespace blip::test
