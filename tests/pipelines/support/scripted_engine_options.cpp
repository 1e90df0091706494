#include "tests/pipelines/support/scripted_engine.h"
#include "tests/support/json_lines.h"

namespace blip::test {

ProgramOptions with_scripted_engine(const nlohmann::json& script) {
  ProgramOptions options;
  options.environment = {{"GST_BLIP_ENGINE", BLIP_SCRIPTED_ENGINE}, {"BLIP_TEST_SCRIPT", script.dump()}};
  return options;
}

std::vector<nlohmann::json> lines_with(const std::string& log, const std::string& member) {
  std::vector<nlohmann::json> found;
  for (auto& line : read_json_lines(log))
    if (line.contains(member)) found.push_back(std::move(line));
  return found;
}

}  // namespace blip::test
