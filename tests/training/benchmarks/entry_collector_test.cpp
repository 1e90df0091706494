#include "training/benchmarks/entry_collector.h"

#include <gmock/gmock.h>

#include "tests/training/benchmarks/benchmark_fixtures.h"

namespace blip {
namespace {

using test::failure_of;
using test::ids_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;

class Collecting : public test::BenchmarkFolder {
 protected:
  BenchmarkFiles files(const std::string& layout, const std::string& text) {
    ReadOptions options;
    options.annotations = write("given.json", text);
    return find_benchmark_files(layout_row(layout), dir_.path(), options);
  }
};

TEST_F(Collecting, NumbersMediaThatAreAllThere) {
  touch({"a.png", "b.png"});
  const auto where = files("nlvr2", "[]");
  EntryCollector collector(where, 0);
  EXPECT_EQ(collector.media_of({"a.png", "gone.png"}), std::nullopt);
  EXPECT_EQ(collector.media_of({"gone.png", "gone.png"}), std::nullopt);
  EXPECT_THAT(collector.media_of({"b.png", "b.png"}), Optional(ElementsAre(0, 0)));
  EXPECT_THAT(collector.media_of({"a.png", "b.png"}), Optional(ElementsAre(1, 0)));
  EXPECT_EQ(collector.medium_of("gone.png"), std::nullopt);
  EXPECT_TRUE(collector.knows("a.png"));
  EXPECT_FALSE(collector.knows("gone.png"));
  const auto problems = collector.source().problems;
  EXPECT_THAT(problems.missing_media, ElementsAre("gone.png"));
  EXPECT_EQ(problems.entries_left_out, 3);
  EXPECT_THAT(ids_of(collector.take_media()), ElementsAre("b.png", "a.png"));
}

TEST_F(Collecting, LetsOtherErrorsThanBrokenEntriesThrough) {
  const auto where = files("nlvr2", R"([{"images": [], "sentence": "x"}])");
  EntryCollector collector(where, 0);
  EXPECT_EQ(failure_of([&] {
              collector.read([](const AnnotationEntry&) { throw Error(ErrorKind::kFailed, "the disk"); });
            }).message,
            "the disk");
}

TEST_F(Collecting, CountsWholeAndBrokenEntries) {
  const auto where = files("msrvtt-1ka", "{\"clip_name\": \"a\", \"caption\": \"x\"}\n}\n[3]\n");
  EntryCollector collector(where, 0);
  std::vector<std::string> ids;
  collector.read([&](const AnnotationEntry& entry) { ids.push_back(collector.id_of(entry)); });
  EXPECT_THAT(ids, ElementsAre("entry 0"));
  EXPECT_EQ(collector.source().entries, 3);
  EXPECT_THAT(collector.source().problems.broken_entries,
              ElementsAre(HasSubstr("line 2"), HasSubstr("line 3: is array")));
}

TEST_F(Collecting, TakesIdsThatAreTextOrNumbers) {
  const auto where = files("msvd-qa", R"([{"video": "a", "question": "x", "question_id": 7},
    {"video": "a", "question": "x", "question_id": "seven"}, {"video": "a", "question": "x"}, {"video": "a", "question": "x", "question_id": []}])");
  EntryCollector collector(where, 0);
  std::vector<std::string> ids;
  collector.read([&](const AnnotationEntry& entry) { ids.push_back(collector.id_of(entry)); });
  EXPECT_THAT(ids, ElementsAre("7", "seven", "entry 2"));
  EXPECT_TRUE(collector.is_new("7"));
  EXPECT_FALSE(collector.is_new("7"));
}

TEST_F(Collecting, IsFullAtItsLimit) {
  const auto where = files("nlvr2", "[]");
  EXPECT_FALSE(EntryCollector(where, 2).is_full(1));
  EXPECT_TRUE(EntryCollector(where, 2).is_full(2));
  EXPECT_FALSE(EntryCollector(where, 0).is_full(1'000'000));
}

}  // namespace
}  // namespace blip
