#include "training/data/annotation_dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tests/training/data/data_fixtures.h"
#include "training/data/dataset_source.h"

namespace blip {
namespace {

using test::error_of;
using testing::AllOf;
using testing::HasSubstr;

class AnnotationDataset : public testing::Test {
 protected:
  AnnotationDataset() {
    std::filesystem::create_directories(dir_ / "images");
    for (int i = 0; i < 3; ++i)
      test::write_file(dir_ / ("images/" + std::to_string(i) + ".png"),
                       test::png_of(2, 2, static_cast<std::uint8_t>(i + 1), 0, 0));
  }

  DatasetSource source(const std::string& kind, const std::string& json) {
    test::write_file(dir_ / "ann.json", json);
    DatasetSource result;
    result.kind = kind;
    result.path = dir_ / "ann.json";
    result.root = dir_ / "images";
    return result;
  }

  test::TempDir dir_;
};

TEST_F(AnnotationDataset, RowsOfOnePictureHaveOneNumber) {
  const auto data = open_dataset(source("coco_retrieval", R"([
    {"caption": "a", "image": "0.png", "image_id": "x"}, {"caption": "b", "image": "1.png", "image_id": "y"},
    {"caption": "c", "image": "0.png", "image_id": "x"}, {"caption": "d", "image": "2.png", "image_id": "z"}])"));
  ASSERT_EQ(data->size(), 4);
  const std::vector<std::int64_t> numbers{0, 1, 0, 2};
  for (std::int64_t i = 0; i < 4; ++i) {
    const Sample sample = data->read(i, 0);
    EXPECT_EQ(sample.image_index, numbers[static_cast<std::size_t>(i)]);
    EXPECT_EQ(sample.image.pixels[0], sample.image_index + 1);
    EXPECT_EQ(sample.text, std::string(1, static_cast<char>('a' + i)));
    EXPECT_THAT(sample.id, AllOf(HasSubstr("ann.json"), HasSubstr("entry " + std::to_string(i))));
  }
}

TEST_F(AnnotationDataset, VisualGenomeHasItsOwnRoot) {
  std::filesystem::create_directories(dir_ / "vg");
  test::write_file(dir_ / "vg/0.png", test::png_of(2, 2, 99, 0, 0));
  auto described = source("vqa", R"([
    {"dataset": "vqa", "image": "0.png", "question": "q1", "answer": ["x", "y"], "question_id": 1},
    {"dataset": "vg", "image": "0.png", "question": "q2", "answer": "z", "question_id": 1}])");
  described.vg_root = dir_ / "vg";
  const auto data = open_dataset(described);
  EXPECT_EQ(data->read(0, 0).image.pixels[0], 1);
  EXPECT_EQ(data->read(0, 0).answers.size(), 2u);
  EXPECT_EQ(data->read(1, 0).image.pixels[0], 99);
  EXPECT_EQ(data->read(1, 0).text, "q2");
}

TEST_F(AnnotationDataset, TrainingOnVqaNeedsAnswers) {
  EXPECT_THAT(error_of([&] { open_dataset(source("vqa", R"([{"image": "0.png", "question": "q"}])")); }),
              HasSubstr("entry 0: has no 'answer'"));
}

TEST_F(AnnotationDataset, Nlvr2ExchangesPicturesAndTheWordsForSides) {
  const std::string json = R"([
    {"images": ["0.png", "1.png"], "sentence": "The Left dog, right of a leftover.", "label": "True"},
    {"images": ["0.png", "1.png"], "sentence": "Two dogs.", "label": "False"}])";
  const auto data = open_dataset(source("nlvr2", json));
  const Sample kept = data->read(0, 2), swapped = data->read(0, 3);
  EXPECT_EQ(kept.text, "the left dog, right of a leftover");
  EXPECT_EQ(kept.image.pixels[0], 1);
  EXPECT_EQ(kept.second_image.pixels[0], 2);
  EXPECT_EQ(kept.label, 1);
  EXPECT_EQ(swapped.text, "the right dog, left of a leftover");
  EXPECT_EQ(swapped.image.pixels[0], 2);
  EXPECT_EQ(swapped.second_image.pixels[0], 1);
  EXPECT_EQ(swapped.label, 1);
  EXPECT_EQ(data->read(1, 3).text, "two dogs");
  EXPECT_EQ(data->read(1, 3).image.pixels[0], 2);
  EXPECT_EQ(data->read(1, 3).label, 0);

  auto evaluation = source("nlvr2", json);
  evaluation.training = false;
  EXPECT_EQ(open_dataset(evaluation)->read(0, 3).image.pixels[0], 1);
}

TEST_F(AnnotationDataset, AMissingPictureIsFoundWhenItIsReadOrVerified) {
  auto described =
      source("coco_caption", R"([{"caption": "a", "image": "0.png"}, {"caption": "b", "image": "none.png"}])");
  const auto data = open_dataset(described);
  EXPECT_EQ(data->read(0, 0).text, "a");
  EXPECT_THAT(error_of([&] { data->read(1, 0); }), AllOf(HasSubstr("entry 1"), HasSubstr("none.png")));
  described.verify = true;
  EXPECT_THAT(error_of([&] { open_dataset(described); }), AllOf(HasSubstr("1 of 2 pictures"), HasSubstr("none.png")));
}

TEST_F(AnnotationDataset, FolderOfPicturesWithTexts) {
  test::write_file(dir_ / "images/0.txt",
                   "\xEF\xBB\xBF"
                   "one\r\n\n two \n");
  test::write_file(dir_ / "images/2.txt", "three");
  DatasetSource described;
  described.kind = "images";
  described.path = dir_ / "images";
  const auto data = open_dataset(described);
  ASSERT_EQ(data->size(), 2);
  EXPECT_EQ(data->read(1, 0).text, "three");
  EXPECT_EQ(data->read(1, 0).image.pixels[0], 3);
  ASSERT_EQ(data->warnings().size(), 1u);
  EXPECT_THAT(data->warnings()[0], AllOf(HasSubstr("1.png"), HasSubstr("1.txt")));
}

TEST_F(AnnotationDataset, RefusesAKindThatIsNone) {
  EXPECT_THAT(error_of([&] { open_dataset(source("coco", "[]")); }), HasSubstr("must be shards, coco_caption"));
}

}  // namespace
}  // namespace blip
