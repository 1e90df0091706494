#include <gmock/gmock.h>

#include "tests/training/benchmarks/benchmark_fixtures.h"
#include "training/benchmarks/load_benchmark.h"
#include "training/benchmarks/read_benchmark.h"

namespace blip {
namespace {

using test::failure_of;
using test::ids_of;
using testing::ElementsAre;
using testing::HasSubstr;

using CaptionReader = test::BenchmarkFolder;

TEST_F(CaptionReader, GathersTheRowsOfAVideo) {
  write("cap_test.json", R"([{"video": "a.mp4", "caption": "one"}, {"video": "b.mp4", "caption": "two"},
                             {"video": "a.mp4", "caption": "one"}, {"video": "a.mp4", "caption": ["three", "four"]}])");
  touch({"videos/a.mp4", "videos/b.mp4"});
  const auto benchmark = read_captions("msrvtt", dir_.path());
  ASSERT_EQ(benchmark.targets.size(), 2u);
  EXPECT_EQ(benchmark.targets[0].id, "a.mp4");
  EXPECT_THAT(benchmark.targets[0].references, ElementsAre("one", "one", "three", "four"));
  EXPECT_EQ(benchmark.targets[1].medium, 1u);
  EXPECT_EQ(benchmark.targets[1].domain, "");
  EXPECT_TRUE(benchmark.source.problems.none());
}

TEST_F(CaptionReader, NamesCocosPicturesByTheirNumbers) {
  write("coco_karpathy_test.json", R"([{"image": "val2014/COCO_val2014_000000391895.jpg", "caption": ["a", "b"]},
    {"image": "val2014/COCO_val2014_000000391895.jpg", "caption": ["c"]}])");
  touch({"images/val2014/COCO_val2014_000000391895.jpg"});
  const auto benchmark = read_captions("coco-caption", dir_.path());
  ASSERT_EQ(benchmark.targets.size(), 1u);
  EXPECT_EQ(benchmark.targets[0].id, "391895");
  EXPECT_THAT(benchmark.targets[0].references, ElementsAre("a", "b"));
  EXPECT_THAT(benchmark.source.problems.duplicate_ids, ElementsAre("391895"));
}

TEST_F(CaptionReader, TakesCocosGroundTruthWhereItIsThere) {
  write("coco_karpathy_test.json",
        R"([{"image": "x_000001.jpg", "caption": ["own"]}, {"image": "x_2.jpg", "caption": ["own"]}])");
  write("coco_karpathy_test_gt.json", R"({"annotations": [{"image_id": 1, "caption": "first", "id": 0},
    {"image_id": 1, "caption": "second", "id": 1}], "images": [{"id": 1}]})");
  touch({"x_000001.jpg", "x_2.jpg"});
  const auto benchmark = read_captions("coco", dir_.path());
  ASSERT_EQ(benchmark.targets.size(), 1u);
  EXPECT_THAT(benchmark.targets[0].references, ElementsAre("first", "second"));
  EXPECT_THAT(benchmark.source.problems.broken_entries, ElementsAre(HasSubstr("no captions under the id 2")));
}

TEST_F(CaptionReader, ReadsNocapsWithItsDomains) {
  write("nocaps_val_4500_captions.json", R"({"annotations": [{"image_id": 4, "caption": "four", "id": 0},
      {"image_id": 0, "caption": "zero", "id": 1}, {"image_id": 4, "caption": "vier", "id": 2}], "licenses": [],
    "images": [{"id": 0, "file_name": "00a.jpg", "domain": "in-domain"}, {"id": 4, "file_name": "00b.jpg", "domain": "out-domain"},
               {"id": 5, "file_name": "00b.jpg"}, {"id": 4, "file_name": "00c.jpg", "domain": "in-domain"}]})");
  touch({"images/val/00a.jpg", "images/val/00b.jpg"});
  const auto benchmark = read_captions("nocaps", dir_.path());
  ASSERT_EQ(benchmark.targets.size(), 2u);
  EXPECT_EQ(benchmark.targets[0].id, "0");
  EXPECT_EQ(benchmark.targets[0].domain, "in-domain");
  EXPECT_EQ(benchmark.targets[1].domain, "out-domain");
  EXPECT_THAT(benchmark.targets[1].references, ElementsAre("four", "vier"));
  EXPECT_EQ(benchmark.media[1].path, dir_ / "images/val/00b.jpg");
  EXPECT_THAT(benchmark.source.problems.broken_entries, ElementsAre(HasSubstr("images 2: has no 'domain'")));
  EXPECT_THAT(benchmark.source.problems.duplicate_ids, ElementsAre("4"));
}

TEST_F(CaptionReader, ReadsMediaOfOnesOwnAndLimitsThem) {
  write("captions.jsonl", R"({"media": "a.mp4", "captions": ["1", "2"]}
{"media": "b.jpg", "text": "3"}
{"media": "c.jpg", "text": "4"}
{"media": "b.jpg", "text": "5"}
)");
  touch({"a.mp4", "b.jpg", "c.jpg"});
  const auto benchmark = read_captions("json", dir_.path(), {.limit = 2});
  EXPECT_THAT(ids_of(benchmark.media), ElementsAre("a.mp4", "b.jpg"));
  EXPECT_THAT(benchmark.targets[1].references, ElementsAre("3", "5"));
}

TEST_F(CaptionReader, EndsForAFileOfAnotherLayout) {
  write("cap_test.json", R"([{"image": "a.jpg", "caption": ["x"]}])");
  EXPECT_THAT(failure_of([&] { read_captions("msvd", dir_.path()); }).message, HasSubstr("looks like coco-retrieval"));
  write("nocaps_val_4500_captions.json", R"([{"image": "val/a.jpg", "img_id": 1}])");
  EXPECT_THAT(failure_of([&] { read_captions("nocaps", dir_.path()); }).message, HasSubstr("is not of nocaps"));
}

TEST(CocoImageId, IsTheNumberBehindTheLastUnderscore) {
  EXPECT_EQ(coco_image_id("val2014/COCO_val2014_000000391895.jpg"), "391895");
  EXPECT_EQ(coco_image_id("00042.png"), "42");
  EXPECT_EQ(coco_image_id("x_000.jpg"), "0");
  EXPECT_EQ(coco_image_id("pictures/red_square.jpg"), "pictures/red_square.jpg");
  EXPECT_EQ(coco_image_id("x_.jpg"), "x_.jpg");
}

}  // namespace
}  // namespace blip
