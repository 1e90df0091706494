#include "training/data/prompt_dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_dir.h"
#include "tests/training/data/data_fixtures.h"
#include "training/data/stored_states_dataset.h"

namespace blip {
namespace {

using test::error_of;
using testing::HasSubstr;

class PromptDatasetTest : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& lines) {
    std::ofstream(folder_ / "train.jsonl") << lines;
    return folder_ / "train.jsonl";
  }
  PromptDataset open() {
    return {write("{\"image\": \"a.png\", \"prompt\": \"Question: what?\", \"text\": \"A cat.\"}\n"
                  "{\"image\": \"b.png\", \"text\": \"b\"}\n{\"image\": \"a.png\", \"text\": \"c\"}\n"),
            folder_.path()};
  }

  test::TempDir folder_;
};

TEST_F(PromptDatasetTest, LinesOfOnePictureShareIt) {
  const PromptDataset data = open();
  EXPECT_EQ(data.size(), 3);
  EXPECT_EQ(data.picture_count(), 2);
  EXPECT_EQ(data.picture_of(0), data.picture_of(2));
  EXPECT_NE(data.picture_of(0), data.picture_of(1));
  const Sample sample = data.read_text(0, 5);
  EXPECT_EQ(sample.prompt, "Question: what?");
  EXPECT_EQ(sample.text, "A cat.");
  EXPECT_TRUE(sample.verbatim);
  EXPECT_EQ(sample.id, "train.jsonl:1");
  EXPECT_EQ(data.pictures()[1], folder_ / "b.png");
}

TEST_F(PromptDatasetTest, ReadsThePictureOfALine) {
  std::ofstream(folder_ / "a.png", std::ios::binary) << test::png_of(3, 2, 77, 77, 77);
  const PromptDataset data = open();
  EXPECT_EQ(data.read(2, 0).image.width, 3);
  EXPECT_EQ(data.read_picture(0).pixels[0], 77);
  EXPECT_THAT(error_of([&] { data.read(1, 0); }), HasSubstr("train.jsonl:2"));
}

TEST_F(PromptDatasetTest, RefusesALineWithoutAPicture) {
  EXPECT_THAT(error_of([&] { PromptDataset(write("{\"text\": \"a\"}\n"), folder_.path()); }),
              HasSubstr("'train.jsonl:1' names no picture"));
}

TEST_F(PromptDatasetTest, StoredStatesStandInForPictures) {
  constexpr std::uint16_t kNaN = 0x7E00;
  {
    StateStoreWriter writer(folder_ / "s", "k", 2, {1, 2});
    const std::vector<std::uint16_t> numbers{1, 2, kNaN, kNaN};
    writer.add(numbers);
    writer.finish();
  }
  std::string why;
  const StoredStatesDataset data(std::make_shared<PromptDataset>(open()), StateStore::open(folder_ / "s", "k", why));
  const Sample sample = data.read(2, 0);
  EXPECT_THAT(sample.states, testing::ElementsAre(1, 2));
  EXPECT_EQ(sample.state_size, (StateSize{1, 2}));
  EXPECT_TRUE(sample.image.pixels.empty());
  EXPECT_THAT(error_of([&] { data.read(1, 0); }), HasSubstr("could not be read"));
}

}  // namespace
}  // namespace blip
