#include "training/data/shard_dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/support/temp_dir.h"
#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using test::error_of;
using test::ShardFiles;
using testing::AllOf;
using testing::HasSubstr;

TEST(ShardDataset, FindsSamplesAcrossShards) {
  const test::TempDir dir;
  test::write_numbered_shards(dir / "train", 7, 3);
  const ShardDataset data(dir / "train", TextKind::kCaptions);
  ASSERT_EQ(data.size(), 7);
  EXPECT_EQ(data.shard_sizes(), (std::vector<std::int64_t>{3, 3, 1}));
  for (const int i : {6, 0, 3, 2}) {
    const Sample sample = data.read(i, 5);
    EXPECT_EQ(sample.text, "cat " + std::to_string(i));
    EXPECT_EQ(sample.image.width, 2);
    EXPECT_EQ(sample.image.pixels[0], i);
    EXPECT_EQ(sample.image_index, i);
    EXPECT_EQ(sample.id, "train/00000" + std::to_string(i / 3) + ".tar:s" + std::to_string(1000 + i));
  }
  EXPECT_EQ(ShardDataset(dir / "train/000001.tar", TextKind::kCaptions).size(), 3);
}

void write_one(const std::filesystem::path& folder, const ShardFiles& files) {
  ShardWriter writer(folder, 1);
  writer.add("k", files);
  writer.finish();
}

TEST(ShardDataset, GivesTheTextThatIsAskedFor) {
  const test::TempDir dir;
  write_one(dir / "a", {{"png", test::png_of(1, 1, 0, 0, 0)},
                        {"txt", "from txt"},
                        {"json", R"({"captions": ["one", "two", "three"], "web": {"text": "noise", "label": "wrong"},
                                     "scene": {"anything": [1, null]},
                                     "questions": [{"question": "is it?", "answer": "yes", "kind": "exist"},
                                                   {"question": "what?", "answer": ["cat", "dog", "cat", "cat"]}]})"}});
  const ShardDataset captions(dir / "a", TextKind::kCaptions);
  std::map<std::string, int> seen;
  for (std::uint64_t choice = 0; choice < 30; ++choice) ++seen[captions.read(0, choice).text];
  EXPECT_EQ(seen, (std::map<std::string, int>{{"one", 10}, {"two", 10}, {"three", 10}}));
  EXPECT_EQ(ShardDataset(dir / "a", TextKind::kWeb).read(0, 3).text, "noise");

  const ShardDataset questions(dir / "a", TextKind::kQuestions);
  const Sample first = questions.read(0, 0), second = questions.read(0, 1);
  EXPECT_EQ(first.text, "is it?");
  ASSERT_EQ(first.answers.size(), 1u);
  EXPECT_EQ(first.answers[0].text, "yes");
  EXPECT_EQ(first.answers[0].weight, 1);
  ASSERT_EQ(second.answers.size(), 2u);  // in the order of their first appearance, by their share
  EXPECT_EQ(second.answers[0].text, "cat");
  EXPECT_FLOAT_EQ(second.answers[0].weight, 0.75F);
  EXPECT_FLOAT_EQ(second.answers[1].weight, 0.25F);
}

TEST(ShardDataset, TakesACaptionFromTxtWithoutJson) {
  const test::TempDir dir;
  write_one(dir / "a", {{"txt", "a cat\n"}, {"png", test::png_of(1, 1, 0, 0, 0)}});
  EXPECT_EQ(ShardDataset(dir / "a", TextKind::kCaptions).read(0, 9).text, "a cat\n");
}

TEST(ShardDataset, NamesTheSampleThatIsBroken) {
  const test::TempDir dir;
  const std::string png = test::png_of(1, 1, 0, 0, 0);
  const std::vector<std::pair<ShardFiles, std::string>> cases{
      {{{"json", R"({"captions": ["x"]})"}}, "no picture"},
      {{{"png", png.substr(0, png.size() / 2)}, {"json", R"({"captions": ["x"]})"}}, "/000000.tar:k"},
      {{{"jpg", "text"}, {"json", R"({"captions": ["x"]})"}}, "neither as JPEG nor as PNG"},
      {{{"png", png}}, "has no caption"},
      {{{"png", png}, {"json", "{"}}, "not valid JSON"},
      {{{"png", png}, {"json", "[]"}}, "must be an object"},
      {{{"png", png}, {"json", R"({"captions": "\xff"})"}}, "not valid JSON"},
      {{{"png", png}, {"json", "{\"captions\": [\"\xff\"]}"}}, "not valid JSON"},
      {{{"png", png}, {"json", R"({"captions": 3})"}}, "'captions' is number; must be text"},
      {{{"png", png}, {"json", R"({"captions": ["x", null]})"}}, "'captions' is null; must be text"},
      {{{"png", png}, {"json", R"({"captions": []})"}}, "'captions' is an empty list"},
      {{{"png", png}, {"json", R"({"captions": ["x", " "]})"}}, "'captions' is empty"},
      {{{"png", png}, {"json", R"({"captions": ["x"], "questions": [{"question": "q"}]})"}},
       "questions[0]: has no 'answer'"},
      {{{"png", png}, {"txt", "\xff\xfe"}}, "not UTF-8"},
      {{{"png", png}, {"txt", " \n"}}, "is empty"},
  };
  int number = 0;
  for (const auto& [files, message] : cases) {
    const auto folder = dir / ("case" + std::to_string(number++));
    write_one(folder, files);
    const ShardDataset data(folder, TextKind::kCaptions);
    EXPECT_THAT(error_of([&] { data.read(0, 0); }), AllOf(HasSubstr(message), HasSubstr("000000.tar:k")));
  }
}

TEST(ShardDataset, RefusesAFolderWithoutSamples) {
  const test::TempDir dir;
  EXPECT_THAT(error_of([&] { ShardDataset(dir / "none", TextKind::kWeb); }), HasSubstr("do not exist"));
  EXPECT_THAT(error_of([&] { ShardDataset(dir.path(), TextKind::kWeb); }), HasSubstr("holds no .tar files"));
  test::write_file(dir / "empty.tar", std::string(10240, '\0'));
  EXPECT_THAT(error_of([&] { ShardDataset(dir.path(), TextKind::kWeb); }), HasSubstr("hold no whole sample"));
  EXPECT_THAT(error_of([] { text_kind_from_name("caption"); }), HasSubstr("captions, web or questions"));
}

TEST(ShardDataset, WarnsOfAShardThatEndsEarly) {
  const test::TempDir dir;
  test::write_numbered_shards(dir / "train", 6, 3);
  std::filesystem::resize_file(dir / "train/000000.tar", 2048 + 520);
  const ShardDataset data(dir / "train", TextKind::kCaptions);
  EXPECT_EQ(data.size(), 4);
  ASSERT_EQ(data.warnings().size(), 1u);
  EXPECT_THAT(data.warnings()[0], AllOf(HasSubstr("000000.tar"), HasSubstr("1 of 3 samples")));
  EXPECT_EQ(data.read(1, 0).text, "cat 3");
}

}  // namespace
}  // namespace blip
