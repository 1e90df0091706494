// libblip-engine.so as the plug-in sees it: opened at run time, asked through virtual calls, errors as values.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <thread>
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

TEST_F(EngineLibrary, WhoeverOpensTheSameWeightsSharesThem) {
  Engine* const engine = factory_(kEngineAbi);
  const auto first = engine->open(shipped()).value(), again = engine->open(shipped()).value();
  ModelOptions other = shipped();
  other.instance = "another";
  const auto apart = engine->open(other).value();
  const std::uint64_t before = again->counters().images_encoded + again->counters().features_reused;
  const Picture picture;
  const ImageView view = picture.view();
  const auto stream = std::move(first->open_stream({}).value());
  ASSERT_TRUE(stream->encode(std::span(&view, 1)).ok());
  EXPECT_EQ(again->counters().images_encoded + again->counters().features_reused, before + 1);
  EXPECT_EQ(apart->counters().images_encoded + apart->counters().features_reused, 0u);
}

TEST_F(EngineLibrary, AModelSaysWhatItIs) {
  const auto model = factory_(kEngineAbi)->open(shipped()).value();
  EXPECT_EQ(model->name(), shipped().model);
  EXPECT_EQ(model->abilities().layout, "captioner");
  EXPECT_TRUE(model->abilities().caption);
  EXPECT_FALSE(model->abilities().embed || model->abilities().match || model->abilities().answer);
  EXPECT_EQ(model->abilities().vision_id.size(), 16u);
  EXPECT_GT(model->abilities().image_size, 0);
}

// Features of a picture that nobody holds any more are there again, as long as the budget has room for them.
TEST_F(EngineLibrary, TheCacheKeepsToItsBudget) {
  Engine* const engine = factory_(kEngineAbi);
  ModelOptions options = shipped();
  options.instance = "budget";
  const auto model = engine->open(options).value();
  const auto stream = std::move(model->open_stream({}).value());
  Picture picture;
  picture.bytes[0] = 1;
  const ImageView view = picture.view();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(stream->encode(std::span(&view, 1)).ok());
  EXPECT_EQ(model->counters().images_encoded, 1u);
  EXPECT_EQ(model->counters().features_reused, 2u);
  engine->set_cache_budget(0);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(stream->encode(std::span(&view, 1)).ok());
  EXPECT_EQ(model->counters().images_encoded, 4u);
  engine->set_cache_budget(256);
}

TEST_F(EngineLibrary, CancelFromAnotherThreadEndsTheCalls) {
  const auto model = factory_(kEngineAbi)->open(shipped()).value();
  const auto stream = std::move(model->open_stream({}).value());
  const Picture picture;
  const ImageView view = picture.view();
  const Clip clip{std::move(stream->encode(std::span(&view, 1)).value())};
  ErrorKind kind = ErrorKind::kFailed;
  std::thread asking([&] {
    for (;;) {
      const auto captions = stream->caption(std::span(&clip, 1), {});
      if (captions.ok()) continue;
      kind = captions.failure().kind;
      return;
    }
  });
  stream->cancel();
  asking.join();
  EXPECT_EQ(kind, ErrorKind::kCancelled);
  stream->resume();
  EXPECT_TRUE(stream->caption(std::span(&clip, 1), {}).ok());
}

// A process may end while its streams compute.
TEST_F(EngineLibrary, ExitingInMidInferenceIsClean) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const auto model = factory_(kEngineAbi)->open(shipped()).value();
        std::atomic<int> captions{0};
        for (int t = 0; t < 2; ++t) {
          std::thread([&] {
            const auto stream = std::move(model->open_stream({}).value());
            const Picture picture;
            const ImageView view = picture.view();
            const Clip clip{std::move(stream->encode(std::span(&view, 1)).value())};
            while (stream->caption(std::span(&clip, 1), {}).ok()) ++captions;
            for (;;) pause();
          }).detach();
        }
        while (captions < 3) std::this_thread::yield();
        std::exit(0);
      },
      testing::ExitedWithCode(0), "");
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
