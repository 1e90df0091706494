// The model behind the elements; what becomes of one that cannot be opened: tests/pipelines/asking.
#include "pipelines/elements/engine_model.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "pipelines/records/model_failure.h"

namespace blip {
namespace {

TEST(EngineModel, IsTheOneAskedForElseTheOneForTheTask) {
  unsetenv("GST_BLIP_MODEL");
  ModelSettings settings;
  settings.device = "cpu";
  EXPECT_NE(with_model(settings, ModelTask::kMatch).model, with_model(settings, ModelTask::kAnswer).model);
  EXPECT_EQ(with_model(settings, ModelTask::kMatch).device, "cpu");
  settings.model = "my.pth";
  EXPECT_EQ(with_model(settings, ModelTask::kMatch).model, "my.pth");
}

TEST(EngineModel, FailsForTheWholeRun) {
  setenv("GST_BLIP_ENGINE", "/missing/libblip-engine.so", 1);
  EXPECT_THROW(open_engine_model({}), ModelFailure);
  unsetenv("GST_BLIP_ENGINE");
}

}  // namespace
}  // namespace blip
