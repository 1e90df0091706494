// libblip-engine.so as the plug-in sees it: opened at run time, asked through virtual calls, errors as values.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

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

// A gray picture of 20 x 10.
struct Picture {
  std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(3 * 20 * 10, 90);
  ImageView view() const {
    ImageView image;
    image.width = 20;
    image.height = 10;
    image.planes[0] = bytes.data();
    image.strides[0] = 60;
    return image;
  }
};

TEST_F(EngineLibrary, CaptionsPictures) {
  auto model = factory_(kEngineAbi)->open(shipped());
  ASSERT_TRUE(model.ok()) << model.failure().message;
  auto stream = model.value()->open_stream({});
  ASSERT_TRUE(stream.ok()) << stream.failure().message;
  const Picture picture;
  const ImageView two[]{picture.view(), picture.view()};
  const auto features = stream.value()->encode(two);
  ASSERT_TRUE(features.ok()) << features.failure().message;
  ASSERT_EQ(features.value().size(), 2u);
  const Clip clips[]{{{features.value()[0]}}, {{features.value()[1]}}};
  const auto captions = stream.value()->caption(clips, {});
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
  const auto stream = std::move(factory_(kEngineAbi)->open(shipped()).value()->open_stream({}).value());
  const auto captions = stream->caption({}, bad);
  ASSERT_FALSE(captions.ok());
  EXPECT_EQ(captions.failure().kind, ErrorKind::kInvalidArgument);
}

TEST_F(EngineLibrary, APictureWithoutPixelsIsRefused) {
  const ImageView nothing{};
  const auto stream = std::move(factory_(kEngineAbi)->open(shipped()).value()->open_stream({}).value());
  EXPECT_FALSE(stream->encode(std::span(&nothing, 1)).ok());
}

}  // namespace
}  // namespace blip::test
