#include <gmock/gmock.h>

#include "tests/training/benchmarks/benchmark_fixtures.h"
#include "training/benchmarks/read_benchmark.h"

namespace blip {
namespace {

using test::failure_of;
using test::ids_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using RetrievalReader = test::BenchmarkFolder;

TEST_F(RetrievalReader, ReadsOneCaptionAClip) {
  write("msrvtt_test.jsonl", R"({"clip_name": "video9770", "caption": "a man"}
{"clip_name": "video7", "caption": "a dog", "key": 5}
)");
  touch({"videos/video9770.mp4", "videos/video7.mp4"});
  const auto benchmark = read_retrieval("msrvtt-1ka", dir_.path());
  EXPECT_THAT(ids_of(benchmark.media), ElementsAre("video9770", "video7"));
  EXPECT_EQ(benchmark.media[0].path, dir_ / "videos/video9770.mp4");
  EXPECT_EQ(benchmark.media[0].kind, MediaKind::kVideo);
  EXPECT_THAT(benchmark.texts, ElementsAre("a man", "a dog"));
  EXPECT_THAT(benchmark.media_of_text, ElementsAre(0, 1));
  EXPECT_TRUE(benchmark.source.problems.none());
  EXPECT_EQ(benchmark.source.entries, 2);
  EXPECT_EQ(benchmark.source.layout, "msrvtt-1ka");
  EXPECT_EQ(benchmark.source.data_id.size(), 16u);
}

TEST_F(RetrievalReader, GathersTheTextsOfAMediumFromListsOrRows) {
  write("retrieval_test.json",
        R"([{"video": "a.mp4", "caption": ["one", "two"]}, {"video": "b.mp4", "caption": "three"},
                                   {"video": "b.mp4", "caption": "three"}])");
  touch({"a.mp4", "b.mp4"});
  const auto benchmark = read_retrieval("msrvtt-retrieval", dir_.path());
  EXPECT_THAT(benchmark.texts, ElementsAre("one", "two", "three", "three"));
  EXPECT_THAT(benchmark.media_of_text, ElementsAre(0, 0, 1, 1));
}

TEST_F(RetrievalReader, LeavesOutWhatIsMissingTwiceOrBroken) {
  write("coco_karpathy_test.json",
        R"([{"image": "gone.jpg", "caption": ["x"]}, {"image": "a.jpg", "caption": ["one", "two"]},
    {"image": "a.jpg", "caption": ["three"]}, {"image": "b.jpg", "caption": 7}, {"image": "b.jpg", "caption": []},
    {"caption": ["x"]}, "no object", {"image": "b.jpg", "caption": "four"}])");
  touch({"images/a.jpg", "images/b.jpg"});
  const auto benchmark = read_retrieval("coco", dir_.path());
  EXPECT_THAT(ids_of(benchmark.media), ElementsAre("a.jpg", "b.jpg"));
  EXPECT_EQ(benchmark.media[0].kind, MediaKind::kImage);
  EXPECT_THAT(benchmark.texts, ElementsAre("one", "two", "four"));
  EXPECT_THAT(benchmark.media_of_text, ElementsAre(0, 0, 1));
  const DataProblems& problems = benchmark.source.problems;
  EXPECT_THAT(problems.missing_media, ElementsAre("gone.jpg"));
  EXPECT_THAT(problems.duplicate_ids, ElementsAre("a.jpg"));
  EXPECT_THAT(problems.broken_entries,
              ElementsAre(HasSubstr("entry 3: 'caption' is number"), HasSubstr("entry 4: 'caption'"),
                          HasSubstr("entry 5: has no 'image'"), HasSubstr("entry 6: is string")));
  EXPECT_EQ(problems.entries_left_out, 6);
  EXPECT_EQ(benchmark.source.entries, 8);
}

TEST_F(RetrievalReader, ListsAMissingVideoOnceHoweverManyTextsItHas) {
  write("retrieval_test.json", R"([{"video": "a.mp4", "caption": "1"}, {"video": "gone.mp4", "caption": "2"},
                                   {"video": "gone.mp4", "caption": "3"}])");
  touch({"a.mp4"});
  const auto problems = read_retrieval("msvd", dir_.path()).source.problems;
  EXPECT_THAT(problems.missing_media, ElementsAre("gone.mp4"));
  EXPECT_EQ(problems.entries_left_out, 2);
}

TEST_F(RetrievalReader, LimitsTheMediaAndKeepsAllTheirTexts) {
  write("texts.jsonl", R"({"media": "gone.mp4", "text": "0"}
{"media": "a.mp4", "text": "1"}
{"media": "b.jpg", "text": "2"}
{"media": "c.mp4", "text": "3"}
{"media": "a.mp4", "captions": ["4", "5"]}
)");
  touch({"a.mp4", "b.jpg", "c.mp4"});
  const auto benchmark = read_retrieval("json", dir_.path(), {.limit = 2});
  EXPECT_THAT(ids_of(benchmark.media), ElementsAre("a.mp4", "b.jpg"));
  EXPECT_THAT(benchmark.texts, ElementsAre("1", "2", "4", "5"));
  EXPECT_EQ(benchmark.source.entries, 5);
  EXPECT_EQ(benchmark.source.problems.entries_left_out, 1);
}

TEST_F(RetrievalReader, EndsForOtherLayoutsAndWhenNothingIsLeft) {
  write("msrvtt_test.jsonl", R"({"video": "a.mp4", "question": "x?", "answer": "y"})");
  EXPECT_THAT(failure_of([&] { read_retrieval("msrvtt-1ka", dir_.path()); }).message,
              HasSubstr("looks like msrvtt-qa"));
  write("msrvtt_test.jsonl", R"({"clip_name": "a", "caption": "x"})");
  const auto nothing = failure_of([&] { read_retrieval("msrvtt-1ka", dir_.path()); });
  EXPECT_EQ(nothing.kind, ErrorKind::kInvalidData);
  EXPECT_THAT(nothing.message, HasSubstr("1 media are missing, the first 'a'"));
  write("msrvtt_test.jsonl", "");
  EXPECT_THAT(failure_of([&] { read_retrieval("msrvtt-1ka", dir_.path()); }).message, HasSubstr("is empty"));
}

}  // namespace
}  // namespace blip
