#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "core/base/error.h"
#include "core/base/half_float.h"
#include "tests/support/golden_blip2.h"

namespace blip::test {
namespace {

struct Case {
  const char *name, *folder, *file;
  std::set<std::string> heads;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all{
      {"Qformer", "lavis/stage1", "blip2_stage1.pth", {"decode", "embed", "match", "text"}},
      {"Matcher", "hf-blip2-itm-tiny", "", {"embed", "match", "text"}},
      {"Opt", "hf-blip2-opt-tiny", "", {"decode"}},
      {"T5", "hf-blip2-t5-tiny", "", {"decode"}}};
  return all;
}

TEST(Blip2Backend, AHeadThatTheCheckpointLacksIsAClearError) {
  const std::vector<std::int64_t> ids{2, 20, 3};
  for (const Case& one : cases()) {
    const Blip2Golden golden(one.folder, one.file);
    const auto clips = golden.clips();
    const ClipText pair{&clips[0], ids};
    const ClipPairText pair_of_two{&clips[0], &clips[1], ids};
    Backend& backend = *golden.backend;
    const std::map<std::string, std::function<void()>> calls{
        {"decode", [&] { backend.start_decoding(); }},
        {"embed", [&] { backend.project_images(clips); }},
        {"match", [&] { backend.match(std::span(&pair, 1)); }},
        {"text", [&] { backend.encode_text(ids, &clips[0]); }},
        {"classify", [&] { backend.classify_pairs(std::span(&pair_of_two, 1)); }}};
    for (const auto& [head, call] : calls) {
      if (one.heads.contains(head)) {
        EXPECT_NO_THROW(call()) << one.name << " " << head;
        continue;
      }
      try {
        call();
        ADD_FAILURE() << one.name << " claims to " << head;
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kUnsupported) << error.what();
      }
    }
  }
}

// In front of a language model an image's features are the queries' states; else the image encoder's.
TEST(Blip2Backend, FeaturesComeBackFromTheirNumbers) {
  for (const Case& one : cases()) {
    const Blip2Golden golden(one.folder, one.file);
    Backend& backend = *golden.backend;
    const auto clips = golden.clips();
    const Matrix numbers = clips[0].frames[0]->to_matrix();
    const bool queries = golden.sizes().language.width > 0;
    EXPECT_EQ(numbers.rows, queries ? golden.sizes().qformer.queries : golden.checkpoint.config.vision.tokens());
    EXPECT_EQ(numbers.columns, queries ? golden.sizes().qformer.width : golden.checkpoint.config.vision.width);
    const Clip restored{{backend.restore_features(numbers)}};
    const std::vector<std::int64_t> ids{2, 20, 3};
    if (one.heads.contains("match")) {
      const ClipText pair{&clips[0], ids}, restored_pair{&restored, ids};
      EXPECT_EQ(backend.match({&restored_pair, 1}).values, backend.match({&pair, 1}).values) << one.name;
      EXPECT_EQ(backend.project_images({&restored, 1}).values, backend.project_images({clips.data(), 1}).values);
    }
    if (one.heads.contains("decode")) {
      const TokenBatch answer = token_batch({{2, 20, 3}});
      const DecodeInput own = golden.input(clips[0], {2}), again = golden.input(restored, {2});
      EXPECT_EQ(backend.continuation_losses(again, answer), backend.continuation_losses(own, answer)) << one.name;
    }
    Matrix too_few = numbers;
    too_few.resize(too_few.rows - 1, too_few.columns);
    EXPECT_THROW(backend.restore_features(too_few), Error);
    EXPECT_THROW(backend.restore_features(Matrix()), Error);
  }
}

TEST(Blip2Backend, AClipsEmbeddingIsTheMeanOfItsFrames) {
  const Blip2Golden golden("hf-blip2-itm-tiny");
  const auto clips = golden.clips();
  const Clip both{{clips[0].frames[0], clips[1].frames[0]}};
  const Matrix one = golden.backend->project_images({&clips[0], 1}),
               other = golden.backend->project_images({&clips[1], 1}),
               of_both = golden.backend->project_images({&both, 1});
  EXPECT_EQ(of_both.rows, golden.sizes().qformer.queries);
  std::vector<float> mean;
  for (std::size_t i = 0; i < one.values.size(); ++i) mean.push_back((one.values[i] + other.values[i]) / 2);
  EXPECT_LE(max_difference(of_both.values, mean), kFeatureTolerance);
}

// Matching reads all frames' image states at once: a clip of one frame twice is that frame.
TEST(Blip2Backend, AFrameTwiceMatchesAsOnce) {
  const Blip2Golden golden("hf-blip2-itm-tiny");
  const auto clips = golden.clips();
  const Clip twice{{clips[0].frames[0], clips[0].frames[0]}}, both{{clips[0].frames[0], clips[1].frames[0]}};
  const std::vector<std::int64_t> ids{2, 20, 30, 3};
  const std::vector<ClipText> pairs{{&clips[0], ids}, {&twice, ids}, {&both, ids}};
  const Matrix logits = golden.backend->match(pairs);
  EXPECT_NEAR(logits.row(0)[1], logits.row(1)[1], kLogitTolerance);
  EXPECT_GT(std::abs(logits.row(0)[1] - logits.row(2)[1]), 1e-3);
}

TEST(Blip2Backend, WhatIsDerivedIsMadeAgainWhenItWasDropped) {
  const Blip2Golden golden("hf-blip2-itm-tiny");
  const auto clips = golden.clips();
  const std::vector<std::int64_t> ids{2, 20, 30, 3};
  const ClipText pair{&clips[0], ids};
  const Matrix logits = golden.backend->match({&pair, 1}), images = golden.backend->project_images({&clips[0], 1});
  EXPECT_GT(clips[0].frames[0]->derived_bytes(), 0u);
  clips[0].frames[0]->drop_derived();
  EXPECT_EQ(clips[0].frames[0]->derived_bytes(), 0u);
  EXPECT_EQ(golden.backend->match({&pair, 1}).values, logits.values);
  EXPECT_EQ(golden.backend->project_images({&clips[0], 1}).values, images.values);
}

// A language model's weights stored in 16 bits are those numbers: nothing is lost at float32.
TEST(Blip2Backend, HalvesAreTheFloatsTheyAre) {
  for (const Case& one : cases()) {
    const Blip2Golden golden(one.folder, one.file);
    if (golden.sizes().language.width == 0) continue;
    Checkpoint halves = golden.checkpoint, floats = golden.checkpoint;
    for (const auto& [name, view] : golden.checkpoint.tensors) {
      if (!name.starts_with("language_model.") || view.shape.size() != 2) continue;
      const std::span values(static_cast<const float*>(view.data), static_cast<std::size_t>(view.element_count()));
      const auto half = std::make_shared<const std::vector<std::uint16_t>>(to_halves(values));
      const auto whole = std::make_shared<const std::vector<float>>(to_floats(*half));
      halves.tensors[name] = {half->data(), DType::kFloat16, view.shape, half};
      floats.tensors[name] = {whole->data(), DType::kFloat32, view.shape, whole};
    }
    const auto of_halves = make_tested_backend(halves, {.num_threads = 1}),
               of_floats = make_tested_backend(floats, {.num_threads = 1});
    const auto clips = golden.clips();
    const Matrix features = clips[0].frames[0]->to_matrix();
    const Clip a{{of_halves->restore_features(features)}}, b{{of_floats->restore_features(features)}};
    const TokenBatch answer = token_batch({{2, 20, 30, 3}});
    EXPECT_NEAR(of_halves->continuation_losses(golden.input(a, {2}), answer)[0],
                of_floats->continuation_losses(golden.input(b, {2}), answer)[0], kLogitTolerance)
        << one.name;
  }
}

TEST(Blip2Backend, Bfloat16IsCloseToFloat32) {
  for (const Case& one : cases()) {
    const Blip2Golden full(one.folder, one.file);
    const auto half = make_tested_backend(full.checkpoint, {.precision = "bfloat16", .num_threads = 1});
    const Pixels pixels(full.inputs_file, "pixel_values");
    const auto a = encode_clips(*half, pixels), b = full.clips();
    const double difference = max_difference(a[0].frames[0]->to_matrix().values, b[0].frames[0]->to_matrix().values);
    // bfloat16 keeps 8 bits: a relative error of 2^-8 a layer on values of size 1 to 3 after a LayerNorm.
    EXPECT_LE(difference, 0.4) << one.name;
    EXPECT_GT(difference, 0) << one.name;
    if (!one.heads.contains("decode")) continue;
    const TokenBatch answer = token_batch({{2, 20, 3}});
    const float exact = full.backend->continuation_losses(full.input(b[0], {2}), answer)[0];
    EXPECT_NEAR(half->continuation_losses(full.input(a[0], {2}), answer)[0], exact, 0.1 * exact) << one.name;
  }
}

}  // namespace
}  // namespace blip::test
