#include <gmock/gmock.h>

#include "tests/training/benchmarks/benchmark_fixtures.h"
#include "training/benchmarks/read_benchmark.h"

namespace blip {
namespace {

using test::ids_of;
using testing::ElementsAre;
using testing::HasSubstr;

using StatementReader = test::BenchmarkFolder;

TEST_F(StatementReader, ReadsPairsOfPictures) {
  write("nlvr_dev.json", R"([{"sentence": "Two dogs.", "images": ["dev/l.png", "dev/r.png"], "label": "True"},
    {"sentence": "No dog.", "images": ["dev/r.png", "dev/r.png"], "label": false, "identifier": "dev-1"}])");
  touch({"images/dev/l.png", "images/dev/r.png"});
  const auto benchmark = read_statements("nlvr2", dir_.path());
  EXPECT_THAT(ids_of(benchmark.media), ElementsAre("dev/l.png", "dev/r.png"));
  ASSERT_EQ(benchmark.statements.size(), 2u);
  EXPECT_EQ(benchmark.statements[0].id, "entry 0");
  EXPECT_EQ(benchmark.statements[0].first, 0u);
  EXPECT_EQ(benchmark.statements[0].second, 1u);
  EXPECT_EQ(benchmark.statements[0].text, "Two dogs.");
  EXPECT_TRUE(benchmark.statements[0].truth);
  EXPECT_EQ(benchmark.statements[1].id, "dev-1");
  EXPECT_EQ(benchmark.statements[1].first, 1u);
  EXPECT_FALSE(benchmark.statements[1].truth);
}

TEST_F(StatementReader, NeedsBothPicturesAndATruth) {
  write("nlvr_test.json", R"([{"sentence": "a", "images": ["l.png", "gone.png"], "label": "True"},
    {"sentence": "b", "images": ["r.png"], "label": "True"}, {"sentence": "c", "images": ["r.png", "r.png"], "label": "maybe"},
    {"sentence": "d", "images": ["r.png", "r.png"], "label": "True"}, {"sentence": "e", "images": ["r.png", "r.png"], "label": "True"}])");
  touch({"l.png", "r.png"});
  const auto benchmark = read_statements("nlvr2", dir_.path(), {.split = "test", .limit = 1});
  EXPECT_THAT(ids_of(benchmark.media), ElementsAre("r.png")) << "the left picture of an unusable pair is not looked at";
  ASSERT_EQ(benchmark.statements.size(), 1u);
  EXPECT_EQ(benchmark.statements[0].text, "d");
  EXPECT_THAT(benchmark.source.problems.missing_media, ElementsAre("gone.png"));
  EXPECT_THAT(benchmark.source.problems.broken_entries,
              ElementsAre(HasSubstr("entry 1: 'images' has 1"), HasSubstr("entry 2: 'label' is 'maybe'")));
}

}  // namespace
}  // namespace blip
