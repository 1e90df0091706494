#include "tests/pipelines/support/scripted_engine.h"

namespace blip::test {

ProgramOptions with_scripted_engine(const nlohmann::json& script) {
  ProgramOptions options;
  options.environment = {{"GST_BLIP_ENGINE", BLIP_SCRIPTED_ENGINE}, {"BLIP_TEST_SCRIPT", script.dump()}};
  return options;
}

}  // namespace blip::test
