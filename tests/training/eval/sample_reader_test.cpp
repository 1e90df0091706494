#include "training/eval/sample_reader.h"

#include <gtest/gtest.h>

#include "tests/training/eval/listed_samples.h"

namespace blip {
namespace {

std::shared_ptr<const Dataset> numbered(std::int64_t count, std::set<std::int64_t> broken = {}) {
  std::vector<Sample> samples(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i].text = std::to_string(i);
  return std::make_shared<test::ListedSamples>(std::move(samples), std::move(broken));
}

std::vector<std::string> read_all(const SampleReader& reader) {
  std::vector<std::string> texts;
  reader.for_each([&](std::span<Sample> some) {
    for (const Sample& sample : some) texts.push_back(sample.text);
  });
  return texts;
}

TEST(SampleReader, GivesTheFirstSamplesInOrder) {
  EXPECT_EQ(read_all(SampleReader(numbered(5), 3)), (std::vector<std::string>{"0", "1", "2"}));
  const auto all = read_all(SampleReader(numbered(100), 0));
  ASSERT_EQ(all.size(), 100U);
  EXPECT_EQ(all.back(), "99");
  EXPECT_EQ(read_all(SampleReader(numbered(2), 9)).size(), 2U);
}

TEST(SampleReader, LeavesBrokenSamplesOut) {
  EXPECT_EQ(read_all(SampleReader(numbered(4, {1, 3}), 0)), (std::vector<std::string>{"0", "2"}));
  EXPECT_THROW(read_all(SampleReader(numbered(2, {0, 1}), 0)), Error);
}

}  // namespace
}  // namespace blip
