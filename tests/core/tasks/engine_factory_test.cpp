// libblip-engine.so as the plug-in sees it: opened at run time, asked through virtual calls, errors as values.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include "core/tasks/engine_api.h"
#include "tests/support/golden.h"

namespace blip::test {
namespace {

class EngineLibrary : public testing::Test {
 protected:
  EngineLibrary() {
    library_ = dlopen(BLIP_ENGINE_FILE, RTLD_NOW | RTLD_LOCAL);
    EXPECT_NE(library_, nullptr) << dlerror();
    factory_ = reinterpret_cast<EngineFactory>(dlsym(library_, kEngineFactoryName));
  }
  static ModelOptions shipped() {
    ModelOptions options;
    options.model = (shapes_dir() / "hf-caption").string();
    return options;
  }

  void* library_ = nullptr;
  EngineFactory factory_ = nullptr;
};

TEST_F(EngineLibrary, AnotherAbiIsRefused) {
  EXPECT_EQ(factory_(kEngineAbi + 1), nullptr);
  EXPECT_NE(factory_(kEngineAbi), nullptr);
  EXPECT_EQ(factory_(kEngineAbi), factory_(kEngineAbi));
}

TEST_F(EngineLibrary, CaptionsPictures) {
  auto model = factory_(kEngineAbi)->open(shipped());
  ASSERT_TRUE(model.ok()) << model.failure().message;
  const std::vector<std::uint8_t> gray(3 * 20 * 10, 90);
  ImageView view;
  view.width = 20;
  view.height = 10;
  view.planes[0] = gray.data();
  view.strides[0] = 60;
  const ImageView two[]{view, view};
  const auto captions = model.value()->caption(two, {});
  ASSERT_TRUE(captions.ok()) << captions.failure().message;
  ASSERT_EQ(captions.value().size(), 2u);
  EXPECT_FALSE(captions.value()[0].text.empty());
  EXPECT_EQ(captions.value()[0].token_ids, captions.value()[1].token_ids);
}

TEST_F(EngineLibrary, ErrorsComeAsValues) {
  ModelOptions missing = shipped();
  missing.model = "/nowhere/at/all";
  const auto model = factory_(kEngineAbi)->open(missing);
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.failure().kind, ErrorKind::kNotFound);
  EXPECT_NE(model.failure().message.find("/nowhere/at/all"), std::string::npos);

  ModelOptions device = shipped();
  device.device = "abacus";
  EXPECT_EQ(factory_(kEngineAbi)->open(device).failure().kind, ErrorKind::kInvalidArgument);

  CaptionOptions bad;
  bad.generation.num_beams = -1;
  const auto captions = factory_(kEngineAbi)->open(shipped()).value()->caption({}, bad);
  ASSERT_FALSE(captions.ok());
  EXPECT_EQ(captions.failure().kind, ErrorKind::kInvalidArgument);
}

TEST_F(EngineLibrary, APictureWithoutPixelsIsRefused) {
  const ImageView nothing{};
  EXPECT_FALSE(factory_(kEngineAbi)->open(shipped()).value()->caption(std::span(&nothing, 1), {}).ok());
}

}  // namespace
}  // namespace blip::test
