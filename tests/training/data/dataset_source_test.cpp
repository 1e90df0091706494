#include "training/data/dataset_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"
#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using test::error_of;
using testing::HasSubstr;

TEST(DatasetSource, OpensEveryKind) {
  const test::TempDir dir;
  test::write_numbered_shards(dir / "shards", 3, 2);
  test::write_file(dir / "0.png", test::png_of(1, 1, 7, 0, 0));
  test::write_file(dir / "0.txt", "a caption");
  test::write_file(dir / "captions.json", R"([{"image": "0.png", "caption": "a caption"}])");
  test::write_file(dir / "vqa.json", R"([{"image": "0.png", "question": "q?", "answer": ["a"]}])");
  test::write_file(dir / "nlvr.json", R"([{"images": ["0.png", "0.png"], "sentence": "s", "label": "True"}])");
  const std::vector<std::tuple<std::string, std::filesystem::path, std::int64_t>> kinds{
      {"shards", dir / "shards", 3},
      {"coco_caption", dir / "captions.json", 1},
      {"coco_retrieval", dir / "captions.json", 1},
      {"web", dir / "captions.json", 1},
      {"vqa", dir / "vqa.json", 1},
      {"nlvr2", dir / "nlvr.json", 1},
      {"images", dir.path(), 1}};
  for (const auto& [kind, path, size] : kinds) {
    DatasetSource source;
    source.kind = kind;
    source.path = path;
    source.verify = kind != "shards";
    const auto data = open_dataset(source);
    EXPECT_EQ(data->size(), size) << kind;
    EXPECT_FALSE(data->read(0, 0).text.empty()) << kind;  // pictures lie beside the file when no root is given
  }
  DatasetSource videos;
  videos.kind = "videos";
  videos.path = test::shapes_dir();
  EXPECT_GT(open_dataset(videos)->size(), 0);
}

TEST(DatasetSource, RefusesAnUnknownKindOrText) {
  DatasetSource source;
  source.kind = "coco";
  EXPECT_THAT(error_of([&] { open_dataset(source); }), HasSubstr("no data of kind 'coco'"));
  source.kind = "shards";
  source.text = "everything";
  EXPECT_THAT(error_of([&] { open_dataset(source); }), HasSubstr("captions, web or questions"));
}

}  // namespace
}  // namespace blip
