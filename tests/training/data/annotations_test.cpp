#include "training/data/annotations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using test::error_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class Annotations : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& json) {
    const auto file = dir_ / "ann.json";
    test::write_file(file, json);
    return file;
  }

  test::TempDir dir_;
};

TEST_F(Annotations, ReadsKarpathysTrainingAndTestLayouts) {
  const auto train = read_caption_annotations(write(R"([
    {"caption": "A cat.", "image": "val2014/a.jpg", "image_id": "coco_522418", "split": [1, {"deep": null}]},
    {"caption": "A dog.", "image": "val2014/b.jpg", "image_id": 7}])"));
  ASSERT_EQ(train.size(), 2u);
  EXPECT_EQ(train[0].image, "val2014/a.jpg");
  EXPECT_THAT(train[0].captions, ElementsAre("A cat."));
  EXPECT_EQ(train[0].image_id, "coco_522418");
  EXPECT_EQ(train[1].image_id, "7");

  const auto test = read_caption_annotations(write(R"([{"image": "c.jpg", "caption": ["one", "two"]}])"));
  EXPECT_THAT(test[0].captions, ElementsAre("one", "two"));
  EXPECT_EQ(test[0].image_id, "c.jpg");

  EXPECT_EQ(read_caption_annotations(write(R"([{"url": "web/1.jpg", "caption": "x"}])"))[0].image, "web/1.jpg");
}

TEST_F(Annotations, WeighsVqaAnswersAsTheOriginal) {
  const auto entries = read_vqa_annotations(write(R"([
    {"dataset": "vqa", "image": "a.jpg", "question": "what?", "question_id": 1,
     "answer": ["yes", "no", "yes", "yes", "maybe", "yes", "yes", "yes", "no", "yes"]},
    {"dataset": "vg", "image": "b.jpg", "question": "where?", "question_id": 1, "answer": "there"},
    {"dataset": "vqa", "image": "c.jpg", "question": "test?", "question_id": 2}])"));
  ASSERT_EQ(entries.size(), 3u);
  ASSERT_EQ(entries[0].answers.size(), 3u);
  EXPECT_EQ(entries[0].answers[0].text, "yes");
  EXPECT_FLOAT_EQ(entries[0].answers[0].weight, 0.7F);
  EXPECT_FLOAT_EQ(entries[0].answers[1].weight, 0.2F);
  EXPECT_FLOAT_EQ(entries[0].answers[2].weight, 0.1F);
  EXPECT_FALSE(entries[0].visual_genome);
  EXPECT_TRUE(entries[1].visual_genome);
  ASSERT_EQ(entries[1].answers.size(), 1u);
  EXPECT_FLOAT_EQ(entries[1].answers[0].weight, 0.2F);
  EXPECT_TRUE(entries[2].answers.empty());
}

TEST_F(Annotations, ReadsNlvr2) {
  const auto entries = read_nlvr2_annotations(write(
      R"([{"images": ["l.png", "r.png"], "sentence": "Two dogs.", "label": "True"},
          {"images": ["l.png", "r.png"], "sentence": "No dog.", "label": "False"}])"));
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].left, "l.png");
  EXPECT_EQ(entries[0].right, "r.png");
  EXPECT_EQ(entries[0].sentence, "Two dogs.");
  EXPECT_TRUE(entries[0].label);
  EXPECT_FALSE(entries[1].label);
}

TEST_F(Annotations, NamesFileAndEntryOfWhatIsWrong) {
  const std::string good = R"({"image": "a.jpg", "caption": "x"})";
  const std::vector<std::pair<std::string, std::string>> captions{
      {"[" + good + R"(, {"caption": "x"}])", "entry 1: has no 'image'"},
      {"[" + good + R"(, {"image": 3, "caption": "x"}])", "entry 1: 'image' is number; must be text"},
      {R"([{"image": "a.jpg", "caption": "  "}])", "entry 0: 'caption' is empty"},
      {R"([{"image": "a.jpg", "caption": []}])", "entry 0: 'caption' is an empty list"},
      {R"([{"image": "a.jpg", "caption": ["x", 1]}])", "entry 0: 'caption' is number"},
      {R"([{"image": "a.jpg", "caption": "x", "image_id": 1.5}])", "'image_id' is number; must be an integer or text"},
      {"[" + good + ", 3]", "entry 1: is number; must be an object"},
      {"[" + good + ", [" + good + "]]", "entry 1: is array; must be an object"},
      {good, "is an object; must be a list"},
      {"7", "must be a list"},
      {"[]", "is an empty list"},
      {"", "is not valid JSON"},
      {"[" + good, "is not valid JSON after entry 0"},
      {"[{\"image\": \"\xff\xfe\", \"caption\": \"x\"}]", "is not valid JSON"},
  };
  for (const auto& [json, message] : captions)
    EXPECT_THAT(error_of([&] { read_caption_annotations(write(json)); }),
                AllOf(HasSubstr("ann.json'"), HasSubstr(message)));

  const std::string vqa = R"({"dataset": "vqa", "image": "a", "question": "q", "answer": ["x"], "question_id": 5})";
  EXPECT_THAT(error_of([&] { read_vqa_annotations(write("[" + vqa + "," + vqa + "]")); }),
              HasSubstr("entry 1: 'question_id' 5 is there twice"));
  EXPECT_THAT(error_of([&] { read_vqa_annotations(write(R"([{"dataset": "gqa"}])")); }),
              HasSubstr("must be vqa or vg"));
  EXPECT_THAT(error_of([&] { read_vqa_annotations(write(R"([{"image": "a", "question": "q", "answer": "x"}])")); }),
              HasSubstr("'answer' is string; must be a list"));
  EXPECT_THAT(
      error_of([&] { read_nlvr2_annotations(write(R"([{"images": ["a"], "sentence": "s", "label": "True"}])")); }),
      HasSubstr("has 1 pictures; must have 2"));
  EXPECT_THAT(
      error_of([&] { read_nlvr2_annotations(write(R"([{"images": ["a", "b"], "sentence": "s", "label": "true"}])")); }),
      HasSubstr("must be True or False"));
  EXPECT_THAT(error_of([&] { read_nlvr2_annotations(dir_ / "none.json"); }), HasSubstr("none.json' does not exist"));
  EXPECT_THAT(error_of([&] { read_nlvr2_annotations(dir_.path()); }), HasSubstr("cannot read"));
}

}  // namespace
}  // namespace blip
