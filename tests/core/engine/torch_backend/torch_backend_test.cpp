#include "core/engine/backend.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/base/error.h"
#include "tests/support/golden_model.h"

namespace blip::test {
namespace {

// Which heads each layout of the original has.
TEST(TorchBackend, AHeadThatTheCheckpointLacksIsAClearError) {
  const std::map<std::string, std::set<std::string>> heads{{"caption", {"decode"}},
                                                           {"itm", {"embed", "match", "text"}},
                                                           {"vqa", {"decode", "text"}},
                                                           {"nlvr", {"classify"}},
                                                           {"pretrain", {"decode", "embed", "match", "text"}}};
  for (const auto& [name, has] : heads) {
    const auto model = load_model(golden_dir() / "pth" / (name + ".pth"));
    Backend& backend = *model->backend;
    const SafetensorsFile images(golden_dir() / "pth" / "images.safetensors");
    const auto clips = encode_clips(backend, Pixels(images, "pixel_values"));
    const std::vector<std::int64_t> ids = model->tokenizer->encode("a dog");
    const ClipText pair{&clips[0], ids};
    const ClipPairText pair_of_two{&clips[0], &clips[1], ids};
    const std::map<std::string, std::function<void()>> calls{
        {"decode", [&] { backend.start_decoding(); }},
        {"embed", [&] { backend.project_images(clips); }},
        {"match", [&] { backend.match(std::span(&pair, 1)); }},
        {"text", [&] { backend.encode_text(ids, &clips[0]); }},
        {"classify", [&] { backend.classify_pairs(std::span(&pair_of_two, 1)); }}};
    for (const auto& [head, call] : calls) {
      if (has.contains(head)) {
        EXPECT_NO_THROW(call()) << name << " " << head;
        continue;
      }
      try {
        call();
        ADD_FAILURE() << name << " claims to " << head;
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kUnsupported) << error.what();
        EXPECT_NE(std::string(error.what()).find(name + ".pth"), std::string::npos) << error.what();
      }
    }
  }
}

TEST(TorchBackend, ABatchGivesWhatItsImagesGiveAlone) {
  const auto dir = golden_dir() / "hf-caption-tiny";
  const auto model = load_model(dir);
  const Pixels pixels(SafetensorsFile(dir / "inputs.safetensors"), "pixel_values");
  const auto together = model->backend->encode_images(pixels.batch());
  const std::int64_t size = 3 * pixels.side * pixels.side;
  for (std::int64_t i = 0; i < pixels.images; ++i) {
    const auto alone = model->backend->encode_images({pixels.values.data() + i * size, 1, pixels.side});
    EXPECT_LE(max_difference(alone[0]->to_matrix().values, together[static_cast<std::size_t>(i)]->to_matrix().values),
              kStateTolerance);
    EXPECT_EQ(alone[0]->tokens(), model->checkpoint.config.vision.tokens());
    EXPECT_EQ(alone[0]->width(), model->checkpoint.config.vision.width);
  }
}

TEST(TorchBackend, Bfloat16IsCloseToFloat32) {
  const auto dir = golden_dir() / "hf-caption-tiny";
  CheckpointOptions options;
  options.model = dir.string();
  const auto half = make_tested_backend(open_checkpoint(options), {.precision = "bfloat16"});
  const auto full = load_model(dir);
  const Pixels pixels(SafetensorsFile(dir / "inputs.safetensors"), "pixel_values");
  const auto a = half->encode_images(pixels.batch())[0]->to_matrix(),
             b = full->backend->encode_images(pixels.batch())[0]->to_matrix();
  // bfloat16 keeps 8 bits: a relative error of 2^-8 a layer on values of size 1 after the last LayerNorm.
  const double difference = max_difference(a.values, b.values);
  EXPECT_LE(difference, 0.25);
  EXPECT_GT(difference, 0);
}

TEST(TorchBackend, RestoredFeaturesAreAsGoodAsTheirs) {
  const auto model = load_model(golden_dir() / "pth" / "pretrain.pth");
  Backend& backend = *model->backend;
  const auto clips =
      encode_clips(backend, Pixels(SafetensorsFile(golden_dir() / "pth" / "images.safetensors"), "pixel_values"));
  const std::vector<std::int64_t> ids = model->tokenizer->encode("a dog");
  for (const Clip& clip : clips) {
    const Clip restored{{backend.restore_features(clip.frames[0]->to_matrix())}};
    const ClipText pair{&clip, ids}, restored_pair{&restored, ids};
    EXPECT_EQ(backend.match({&restored_pair, 1}).values, backend.match({&pair, 1}).values);
    EXPECT_EQ(backend.project_images({&restored, 1}).values, backend.project_images({&clip, 1}).values);
  }
  Matrix too_few = clips[0].frames[0]->to_matrix();
  too_few.resize(too_few.rows - 1, too_few.columns);
  EXPECT_THROW(backend.restore_features(too_few), Error);
  EXPECT_THROW(backend.restore_features(Matrix()), Error);
}

TEST(TorchBackend, RankingLossesNeedADecoder) {
  const auto model = load_model(golden_dir() / "pth" / "itm.pth");
  EXPECT_THROW(model->backend->continuation_losses({}, {}), Error);
}

}  // namespace
}  // namespace blip::test
