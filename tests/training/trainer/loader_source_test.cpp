#include "training/trainer/loader_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"

namespace blip {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

// Grey pictures whose brightness and text are their index.
class GreySamples final : public Dataset {
 public:
  std::int64_t size() const noexcept override { return 11; }
  Sample read(std::int64_t index, std::uint64_t) const override {
    Sample sample;
    sample.id = std::to_string(index);
    sample.image.width = sample.image.height = 8;
    sample.image.pixels.assign(8 * 8 * 3, static_cast<std::uint8_t>(index));
    sample.text = "a";
    return sample;
  }
  const std::vector<std::string>& warnings() const noexcept override { return none_; }

 private:
  std::vector<std::string> none_;
};

std::unique_ptr<LoaderSource> source_of(std::int64_t batch, std::int64_t parts) {
  auto mixture = std::make_shared<const Mixture>(std::vector<MixturePart>{{"grey", std::make_shared<GreySamples>(), 1}},
                                                 OrderOptions{.seed = 1});
  auto plan = std::make_shared<const BatchPlan>(std::move(mixture), BatchShare{.batch_size = batch});
  const Tokenizer tokenizer(Vocabulary::parse_vocab_txt("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n"));
  TransformOptions transform;
  transform.side = 8;
  LoaderOptions options;
  options.threads = 1;
  return std::make_unique<LoaderSource>(std::move(plan), Transform(transform), TextPreparation(tokenizer, {}), options,
                                        parts);
}

std::vector<std::vector<std::string>> ids_of(LoaderSource& source, int batches) {
  std::vector<std::vector<std::string>> ids;
  Batch batch;
  for (int i = 0; i < batches; ++i) {
    source.next(batch);
    ids.push_back(batch.ids);
  }
  return ids;
}

TEST(LoaderSource, LeavesOutBatchesThatDoNotFillAStep) {
  const auto whole = source_of(2, 1), parts = source_of(2, 2);
  EXPECT_EQ(whole->batches_per_epoch(), 5);
  EXPECT_EQ(parts->batches_per_epoch(), 4);
  const auto all = ids_of(*whole, 9), some = ids_of(*parts, 8);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(some[i], all[i]);
    EXPECT_EQ(some[4 + i], all[5 + i]);  // the second epoch
  }
}

TEST(LoaderSource, GoesOnFromAnyPlace) {
  const auto first = source_of(2, 2), second = source_of(2, 2);
  const auto all = ids_of(*first, 10);
  second->seek(1, 2);
  EXPECT_EQ(ids_of(*second, 4), (std::vector<std::vector<std::string>>(all.begin() + 6, all.end())));
}

TEST(LoaderSource, RefusesDataThatFillNoStep) {
  EXPECT_THAT([] { source_of(2, 6); }, ThrowsMessage<Error>(HasSubstr("fills 5 batches, but a step needs 6")));
}

}  // namespace
}  // namespace blip
