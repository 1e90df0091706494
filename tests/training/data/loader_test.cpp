#include "training/data/loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <stdexcept>

#include "core/vision/image_preprocess.h"
#include "tests/support/temp_dir.h"
#include "tests/training/data/data_fixtures.h"
#include "tests/training/data/listed_dataset.h"
#include "training/data/shard_dataset.h"

namespace blip {
namespace {

using test::error_of;
using test::ListedDataset;
using testing::AllOf;
using testing::HasSubstr;

using Change = std::function<void(std::int64_t, Sample&)>;

std::shared_ptr<const BatchPlan> plan_of(std::int64_t size, BatchShare share, Change change = {}) {
  std::vector<MixturePart> parts{{"list", std::make_shared<ListedDataset>(size, std::move(change)), 1}};
  return std::make_shared<BatchPlan>(std::make_shared<Mixture>(std::move(parts), OrderOptions{.seed = 4}), share);
}

TransformOptions small_pictures() {
  TransformOptions options;
  options.side = 4;
  return options;
}

struct LoaderSetup {
  TransformOptions transform = small_pictures();
  TextOptions texts = text_options("pretrain");
  LoaderOptions loader{};
  LoaderPosition start{};

  Loader make(std::shared_ptr<const BatchPlan> plan) const {
    return Loader(std::move(plan), Transform(transform), TextPreparation(test::small_tokenizer(), texts), loader,
                  start);
  }
};

bool same(const Batch& a, const Batch& b) {
  return a.size == b.size && a.side == b.side && a.ids == b.ids && a.images == b.images &&
         a.second_images == b.second_images && a.texts.ids == b.texts.ids && a.texts.mask == b.texts.mask &&
         a.prompt_tokens == b.prompt_tokens && a.image_indices == b.image_indices && a.answers.ids == b.answers.ids &&
         a.answer_counts == b.answer_counts && a.answer_weights == b.answer_weights && a.labels == b.labels;
}

std::vector<Batch> read(Loader& loader, int count) {
  std::vector<Batch> batches(static_cast<std::size_t>(count));
  for (Batch& batch : batches) EXPECT_TRUE(loader.next(batch));
  return batches;
}

TEST(Loader, PutsSamplesTogether) {
  LoaderSetup setup;
  setup.transform.side = 2;
  auto loader = setup.make(plan_of(20, {.batch_size = 3}));
  Batch batch;
  ASSERT_TRUE(loader.next(batch));
  EXPECT_EQ(batch.size, 3);
  EXPECT_EQ(batch.side, 2);
  ASSERT_EQ(batch.images.size(), 36u);
  ASSERT_EQ(batch.texts.texts, 3);
  for (std::size_t b = 0; b < 3; ++b) {
    const std::int64_t number = batch.image_indices[b];
    EXPECT_EQ(batch.ids[b], "n" + std::to_string(number));
    EXPECT_FLOAT_EQ(batch.images[b * 12], (static_cast<float>(number) / 255 - kPixelMean[0]) / kPixelStd[0]);
    const auto ids = test::small_tokenizer().encode("cat " + std::to_string(number));
    for (std::size_t t = 0; t < static_cast<std::size_t>(batch.texts.length); ++t)
      EXPECT_EQ(batch.texts.ids[b * static_cast<std::size_t>(batch.texts.length) + t], t < ids.size() ? ids[t] : 0);
  }
}

TEST(Loader, AnyNumberOfThreadsGivesTheSameBytes) {
  LoaderSetup one, four;
  one.transform.crop_min_scale = four.transform.crop_min_scale = 0.3;
  one.transform.flip = four.transform.flip = true;
  one.transform.rand_augment.emplace();
  four.transform.rand_augment.emplace();
  one.loader.threads = one.loader.prefetch = 1;
  four.loader.threads = 4;
  four.loader.prefetch = 3;
  one.loader.max_broken_share = four.loader.max_broken_share = 0.5;
  const Change broken = [](std::int64_t index, Sample&) {
    if (index % 20 == 7) throw Error(ErrorKind::kInvalidData, "n" + std::to_string(index) + " is broken");
  };
  auto first = one.make(plan_of(100, {.batch_size = 8}, broken));
  auto second = four.make(plan_of(100, {.batch_size = 8}, broken));
  const auto expected = read(first, 30), found = read(second, 30);  // two and a half epochs
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_TRUE(same(expected[i], found[i])) << "batch " << i;
  EXPECT_EQ(first.broken_count(), second.broken_count());
  EXPECT_EQ(first.broken().size(), 5u);
}

TEST(Loader, GoesOnFromAnyPosition) {
  LoaderSetup setup;
  setup.transform.crop_min_scale = 0.3;
  auto loader = setup.make(plan_of(30, {.batch_size = 4}));
  ASSERT_EQ(loader.steps_per_epoch(), 7);
  const auto whole = read(loader, 20);
  for (const std::int64_t at : {0, 3, 6, 7, 13, 19}) {
    setup.start = {at / 7, at % 7};
    auto resumed = setup.make(plan_of(30, {.batch_size = 4}));
    EXPECT_EQ(resumed.position(), setup.start);
    const auto rest = read(resumed, static_cast<int>(20 - at));
    for (std::size_t i = 0; i < rest.size(); ++i)
      EXPECT_TRUE(same(rest[i], whole[i + static_cast<std::size_t>(at)])) << at << " + " << i;
    EXPECT_EQ(resumed.position(), loader.position());
  }
  setup.start = {1, 7};  // just behind an epoch is the beginning of the next
  EXPECT_EQ(setup.make(plan_of(30, {.batch_size = 4})).position(), (LoaderPosition{2, 0}));
}

TEST(Loader, EndsAfterAnEpochUnlessItRepeats) {
  LoaderSetup setup;
  setup.loader.repeat = false;
  auto loader = setup.make(plan_of(10, {.batch_size = 4, .drop_last = false}));
  std::multiset<std::string> ids;
  Batch batch;
  while (loader.next(batch)) ids.insert(batch.ids.begin(), batch.ids.end());
  EXPECT_EQ(ids.size(), 10u);
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 10u);
  EXPECT_EQ(batch.size, 2);
  EXPECT_FALSE(loader.next(batch));
}

TEST(Loader, ARankWithoutSamplesInTheLastBatchGetsAnEmptyOne) {
  LoaderSetup setup;
  setup.loader.repeat = false;
  std::int64_t total = 0;
  for (std::int64_t rank = 0; rank < 3; ++rank) {
    auto loader = setup.make(plan_of(4, {.batch_size = 3, .rank = rank, .ranks = 3, .drop_last = false}));
    for (const Batch& batch : read(loader, 2)) {
      total += batch.size;
      EXPECT_EQ(static_cast<std::int64_t>(batch.ids.size()), batch.size);
    }
  }
  EXPECT_EQ(total, 4);
}

TEST(Loader, ReplacesABrokenPictureAndReportsItOnce) {
  const test::TempDir dir;
  {
    ShardWriter writer(dir / "train", 10);
    for (int i = 0; i < 40; ++i) {
      auto files = test::numbered_sample(i);
      if (i == 17) files[0].second.resize(files[0].second.size() / 2);
      writer.add("s" + std::to_string(i), files);
    }
    writer.finish();
  }
  std::vector<MixturePart> parts{{"train", std::make_shared<ShardDataset>(dir / "train", TextKind::kCaptions), 1}};
  const auto plan =
      std::make_shared<BatchPlan>(std::make_shared<Mixture>(parts, OrderOptions{}), BatchShare{.batch_size = 8});
  std::vector<std::string> reported;
  LoaderSetup setup;
  setup.loader.on_broken = [&](const BrokenSample& sample) { reported.push_back(sample.reason); };
  auto loader = setup.make(plan);
  for (const Batch& batch : read(loader, 15)) {  // three epochs
    EXPECT_EQ(batch.size, 8);
    EXPECT_EQ(std::set<std::string>(batch.ids.begin(), batch.ids.end()).size(), 8u);
    EXPECT_THAT(batch.ids, testing::Not(testing::Contains(HasSubstr(":s17"))));
  }
  EXPECT_EQ(loader.broken_count(), 3);
  EXPECT_EQ(loader.samples_read(), 15 * 8 + 3);
  ASSERT_EQ(reported.size(), 1u);
  EXPECT_THAT(reported[0], HasSubstr("train/000001.tar:s17"));
  ASSERT_EQ(loader.broken().size(), 1u);
  EXPECT_EQ(loader.broken()[0].source, "train");
  EXPECT_EQ(loader.broken()[0].index, 17);
}

TEST(Loader, StopsWhenTooManyAreBroken) {
  LoaderSetup setup;
  setup.loader.max_broken_share = 0.1;
  auto loader = setup.make(plan_of(200, {.batch_size = 10}, [](std::int64_t index, Sample&) {
    if (index % 3 == 0) throw Error(ErrorKind::kInvalidData, "number " + std::to_string(index) + " is broken");
  }));
  Batch batch;
  int batches = 0;
  const std::string message = error_of([&] {
    for (; batches < 20; ++batches) loader.next(batch);
  });
  EXPECT_THAT(message, AllOf(HasSubstr("samples read are broken"), HasSubstr("number "), HasSubstr(" is broken")));
  EXPECT_GE(loader.broken_count(), 10);
  EXPECT_LT(batches, 8);
  EXPECT_EQ(error_of([&] { loader.next(batch); }), message);
}

TEST(Loader, ZeroAllowedMeansTheFirstBrokenSampleStops) {
  LoaderSetup setup;
  setup.loader.max_broken_share = 0;
  auto loader = setup.make(plan_of(50, {.batch_size = 50}, [](std::int64_t index, Sample&) {
    if (index == 3) throw Error(ErrorKind::kInvalidData, "number 3 is broken");
  }));
  Batch batch;
  EXPECT_THAT(error_of([&] { loader.next(batch); }), HasSubstr("1 of 51 samples read are broken"));
}

TEST(Loader, StopsWhenEverythingIsBroken) {
  LoaderSetup setup;
  auto loader = setup.make(plan_of(
      200, {.batch_size = 10}, [](std::int64_t, Sample&) -> void { throw std::runtime_error("the reader threw"); }));
  Batch batch;
  EXPECT_THAT(error_of([&] { loader.next(batch); }),
              AllOf(HasSubstr("64 in a row are broken"), HasSubstr("the reader threw")));
}

TEST(Loader, RunningOutOfMemoryIsNoBrokenSample) {
  LoaderSetup setup;
  auto loader =
      setup.make(plan_of(20, {.batch_size = 2}, [](std::int64_t, Sample&) -> void { throw std::bad_alloc(); }));
  Batch batch;
  EXPECT_THROW(loader.next(batch), std::bad_alloc);
}

TEST(Loader, ASampleWithoutUsableTextIsBroken) {
  LoaderSetup setup;
  auto loader = setup.make(plan_of(20, {.batch_size = 5}, [](std::int64_t index, Sample& sample) {
    if (index == 11) sample.text = "...";
  }));
  read(loader, 4);
  ASSERT_EQ(loader.broken().size(), 1u);
  EXPECT_THAT(loader.broken()[0].reason, HasSubstr("'n11'"));
}

TEST(Loader, QuestionsCarryTheirAnswers) {
  LoaderSetup setup;
  setup.texts = text_options("vqa");
  auto loader = setup.make(plan_of(6, {.batch_size = 6}, [](std::int64_t index, Sample& sample) {
    sample.answers.assign(static_cast<std::size_t>(index % 3 + 1), {"yes", 0.5F});
    sample.answers.back() = {"no", static_cast<float>(index)};
  }));
  Batch batch;
  ASSERT_TRUE(loader.next(batch));
  ASSERT_EQ(batch.answer_counts.size(), 6u);
  std::size_t row = 0;
  for (std::size_t b = 0; b < 6; ++b) {
    EXPECT_EQ(batch.answer_counts[b], batch.image_indices[b] % 3 + 1);
    row += static_cast<std::size_t>(batch.answer_counts[b]);
    EXPECT_EQ(batch.answer_weights[row - 1], static_cast<float>(batch.image_indices[b]));
  }
  EXPECT_EQ(batch.answers.texts, static_cast<std::int64_t>(row));
  EXPECT_EQ(batch.answer_weights.size(), row);
  EXPECT_EQ(batch.answers.length, 3);
}

TEST(Loader, PairsCarryTheirSecondPictureAndLabel) {
  LoaderSetup setup;
  setup.texts = text_options("nlvr2");
  setup.transform.side = 2;
  auto loader = setup.make(plan_of(6, {.batch_size = 4}, [](std::int64_t index, Sample& sample) {
    if (index == 2) return;  // no pair: broken
    sample.second_image = sample.image;
    sample.second_image.pixels[0] = 255;
    sample.label = index % 2;
  }));
  Batch batch;
  ASSERT_TRUE(loader.next(batch));
  ASSERT_EQ(batch.second_images.size(), batch.images.size());
  for (std::size_t b = 0; b < 4; ++b) {
    EXPECT_EQ(batch.labels[b], batch.image_indices[b] % 2);
    EXPECT_FLOAT_EQ(batch.second_images[b * 12], (1 - kPixelMean[0]) / kPixelStd[0]);
  }
  read(loader, 3);
  EXPECT_GE(loader.broken_count(), 1);
}

TEST(Loader, PicturesOfDifferentDataSetsHaveDifferentNumbers) {
  std::vector<MixturePart> parts{{"a", std::make_shared<ListedDataset>(5), 1},
                                 {"b", std::make_shared<ListedDataset>(7), 1}};
  const auto plan =
      std::make_shared<BatchPlan>(std::make_shared<Mixture>(parts, OrderOptions{}), BatchShare{.batch_size = 12});
  auto loader = LoaderSetup{}.make(plan);
  Batch batch;
  ASSERT_TRUE(loader.next(batch));
  std::sort(batch.image_indices.begin(), batch.image_indices.end());
  for (std::int64_t i = 0; i < 12; ++i) EXPECT_EQ(batch.image_indices[static_cast<std::size_t>(i)], i);
}

TEST(Loader, HoldsNoMoreBatchesThanAllowed) {
  std::atomic<std::int64_t> reads = 0;
  LoaderSetup setup;
  setup.loader.threads = 3;
  setup.loader.prefetch = 2;
  const auto plan = plan_of(1000, {.batch_size = 5}, [&](std::int64_t, Sample&) { ++reads; });
  {
    auto loader = setup.make(plan);
    Batch batch;
    for (int taken = 1; taken <= 20; ++taken) {
      ASSERT_TRUE(loader.next(batch));
      EXPECT_LE(reads, (taken + 2) * 5);
    }
  }
  EXPECT_LE(reads, 22 * 5);  // ending the loader reads nothing more
}

TEST(Loader, UsesTheSameMemoryAgain) {
  LoaderSetup setup;
  setup.loader.prefetch = 2;
  auto loader = setup.make(plan_of(100, {.batch_size = 5}));
  std::set<const float*> buffers;
  Batch batch;
  for (int i = 0; i < 60; ++i) {
    ASSERT_TRUE(loader.next(batch));
    buffers.insert(batch.images.data());
  }
  EXPECT_LE(buffers.size(), 8u);  // two vectors for each batch in flight and the caller's
}

TEST(Loader, EndsWhileItsThreadsAreBusy) {
  for (int i = 0; i < 20; ++i) {
    LoaderSetup setup;
    setup.loader.threads = 4;
    auto loader = setup.make(plan_of(100, {.batch_size = 10}));
    Batch batch;
    if (i % 2 == 1) {
      ASSERT_TRUE(loader.next(batch));
    }
  }
}

TEST(Loader, RefusesOptionsOutOfRange) {
  const auto plan = plan_of(10, {.batch_size = 2});
  LoaderSetup setup;
  setup.loader.threads = 0;
  EXPECT_THAT(error_of([&] { setup.make(plan); }), HasSubstr("threads is 0; must be between 1"));
  setup.loader = {};
  setup.loader.prefetch = 0;
  EXPECT_THAT(error_of([&] { setup.make(plan); }), HasSubstr("prefetch is 0"));
  setup.loader = {};
  setup.loader.max_broken_share = 1.5;
  EXPECT_THAT(error_of([&] { setup.make(plan); }), HasSubstr("max_broken_share"));
  setup.loader = {};
  setup.start = {0, 6};
  EXPECT_THAT(error_of([&] { setup.make(plan); }), HasSubstr("an epoch has 5 steps"));
}

}  // namespace
}  // namespace blip
