#include <gmock/gmock.h>

#include "tests/training/benchmarks/benchmark_fixtures.h"
#include "training/benchmarks/read_benchmark.h"

namespace blip {
namespace {

using test::failure_of;
using testing::ElementsAre;
using testing::HasSubstr;

using DialogReader = test::BenchmarkFolder;

constexpr const char* kTexts = R"("questions": ["is it red", "how many"], "answers": ["yes", "no", "two"])";

TEST_F(DialogReader, PutsRoundsTogetherWhateverComesFirstInTheFile) {
  const std::string dialogs = R"("dialogs": [{"image_id": 254080, "caption": "a cat", "dialog": [
    {"question": 1, "answer": 2, "answer_options": [0, 2], "gt_index": 1},
    {"question": 0, "answer": 1, "answer_options": [1, 0, 2], "gt_index": 0}]}])";
  touch({"images/VisualDialog_val2018_000000254080.jpg"});
  for (const bool texts_first : {true, false}) {
    SCOPED_TRACE(texts_first);
    write("visdial_1.0_val.json", "{\"data\": {" + (texts_first ? kTexts + (", " + dialogs) : dialogs + ", " + kTexts) +
                                      R"(}, "split": "val", "version": "1.0"})");
    const auto benchmark = read_dialogs("visdial", dir_.path());
    ASSERT_EQ(benchmark.dialogs.size(), 1u);
    const Dialog& dialog = benchmark.dialogs[0];
    EXPECT_EQ(dialog.id, "254080");
    EXPECT_EQ(dialog.caption, "a cat");
    EXPECT_EQ(benchmark.media[dialog.medium].path, dir_ / "images/VisualDialog_val2018_000000254080.jpg");
    ASSERT_EQ(dialog.rounds.size(), 2u);
    EXPECT_EQ(dialog.rounds[0].question, "how many");
    EXPECT_EQ(dialog.rounds[0].answer, "two");
    EXPECT_THAT(dialog.rounds[0].candidates, ElementsAre("yes", "two"));
    EXPECT_EQ(dialog.rounds[0].truth, 1u);
    EXPECT_EQ(dialog.rounds[1].answer, "no");
  }
}

TEST_F(DialogReader, LeavesOutDialogsWhoseNumbersPointNowhere) {
  const auto dialog = [](int image, const std::string& round) {
    return R"({"image_id": )" + std::to_string(image) + R"(, "caption": "c", "dialog": [)" + round + "]}";
  };
  const std::string good = R"({"question": 0, "answer_options": [0, 1], "gt_index": 1})";
  write("visdial_1.0_val.json", std::string("{\"data\": {") + kTexts + ", \"dialogs\": [" +
                                    dialog(1, R"({"question": 2, "answer_options": [0], "gt_index": 0})") + "," +
                                    dialog(2, R"({"question": 0, "answer_options": [0, 3], "gt_index": 0})") + "," +
                                    dialog(3, R"({"question": 0, "answer_options": [0, 1], "gt_index": 2})") + "," +
                                    dialog(4, good + R"(, {"question": 0, "answer_options": [0, 1]})") + "," +
                                    dialog(5, "") + "," +
                                    dialog(6, R"({"question": -1, "answer_options": [0], "gt_index": 0})") + "," +
                                    dialog(7, good) + "," + dialog(8, good) + "," + dialog(8, good) + "]}}");
  touch({"images/VisualDialog_val2018_000000000008.jpg"});
  const auto benchmark = read_dialogs("visdial", dir_.path());
  ASSERT_EQ(benchmark.dialogs.size(), 1u);
  EXPECT_EQ(benchmark.dialogs[0].id, "8");
  const DataProblems& problems = benchmark.source.problems;
  EXPECT_THAT(problems.broken_entries,
              ElementsAre(HasSubstr("dialogs 0 round 0: 'question' is 2; must be a number below 2"),
                          HasSubstr("'answer_options' has 3"), HasSubstr("'gt_index' is 2; must be a number below 2"),
                          HasSubstr("round 1: has no 'gt_index'"), HasSubstr("dialogs 4: has no list 'dialog'"),
                          HasSubstr("'question' is -1")));
  EXPECT_THAT(problems.missing_media, ElementsAre("VisualDialog_val2018_000000000007.jpg"));
  EXPECT_THAT(problems.duplicate_ids, ElementsAre("8"));
  EXPECT_EQ(problems.entries_left_out, 8);
}

TEST_F(DialogReader, EndsForTextsThatAreNoneAndForOtherFiles) {
  write("visdial_1.0_val.json", R"({"data": {"questions": [5], "answers": [], "dialogs": []}})");
  EXPECT_THAT(failure_of([&] { read_dialogs("visdial", dir_.path()); }).message,
              HasSubstr("data.questions 0 is number"));
  write("visdial_1.0_val.json", R"([{"image": "a.jpg", "caption": "x"}])");
  EXPECT_THAT(failure_of([&] { read_dialogs("visdial", dir_.path()); }).message,
              HasSubstr("looks like coco-retrieval"));
  write("visdial_1.0_val.json", R"({"data": {"questions": [], "answers": [], "dialogs": []}})");
  EXPECT_THAT(failure_of([&] { read_dialogs("visdial", dir_.path()); }).message, HasSubstr("has no entries"));
}

}  // namespace
}  // namespace blip
