#include "training/benchmarks/check.h"

#include <gmock/gmock.h>

#include "tests/training/benchmarks/benchmark_fixtures.h"

namespace blip {
namespace {

using test::failure_of;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using Check = test::BenchmarkFolder;

TEST_F(Check, SaysThatEverythingIsThere) {
  const auto file = write("msrvtt_test.jsonl", R"({"clip_name": "a", "caption": "x"})");
  touch({"videos/a.mp4"});
  const auto report = check("msrvtt-1ka", dir_.path());
  EXPECT_TRUE(report.complete);
  EXPECT_THAT(
      report.lines,
      AllOf(Contains(HasSubstr("MSR-VTT")), Contains(HasSubstr(file.string())), Contains("media there: 1 of 1"),
            Contains("usable: 1 texts, of 1 entries; 0 left out"), Contains(StartsWith("complete")),
            Contains(HasSubstr("docs/evaluation.md#msrvtt-1ka")), Contains(HasSubstr("nothing is downloaded"))));
}

TEST_F(Check, NamesTheFirstTwentyThatAreMissing) {
  std::string lines = "{\"clip_name\": \"there\", \"caption\": \"x\"}\n";
  for (int i = 10; i < 33; ++i) lines += "{\"clip_name\": \"gone" + std::to_string(i) + "\", \"caption\": \"x\"}\n";
  write("msrvtt_test.jsonl", lines);
  touch({"there.mp4"});
  const auto report = check("msrvtt-1ka", dir_.path());
  EXPECT_FALSE(report.complete);
  EXPECT_THAT(report.lines,
              AllOf(Contains("media there: 1 of 24"), Contains("23 media are missing:"), Contains("  gone10"),
                    Contains("  gone29"), Not(Contains("  gone30")), Contains("  and 3 more")));
}

TEST_F(Check, NamesEveryKindOfProblem) {
  write(
      "qa_test.json",
      R"([{"video": "a.mp4", "question": "1?", "answer": "x", "question_id": 1}, {"video": "a.mp4", "question": "2?", "answer": "x", "question_id": 1},
                            {"video": "a.mp4", "question": "3?", "question_id": 3}, {"video": 4}])");
  touch({"a.mp4"});
  const auto report = check("msvd-qa", dir_.path());
  EXPECT_FALSE(report.complete);
  EXPECT_THAT(report.lines, AllOf(Contains("1 ids are there twice, the first entry counts:"),
                                  Contains("1 questions have no answers:"), Contains("1 entries are broken:"),
                                  Contains("usable: 1 questions, of 4 entries; 3 left out")));
}

TEST_F(Check, ReportsFoldersAndFilesThatCannotBeUsed) {
  for (const auto& folder : {dir_.path(), dir_ / "none"}) {
    const auto report = check("visdial", folder);
    EXPECT_FALSE(report.complete);
    EXPECT_THAT(report.lines, AllOf(Contains(HasSubstr(folder.string())), Contains(HasSubstr("visualdialog.org"))));
  }
  write("nlvr_dev.json", R"([{"image": "a.jpg", "caption": "x"}])");
  EXPECT_THAT(check("nlvr2", dir_.path()).lines, Contains(HasSubstr("looks like coco-retrieval")));
  write("nlvr_dev.json", R"([{"images": ["a", "b"], "sentence": "x", "label": "True"}])");
  EXPECT_THAT(check("nlvr2", dir_.path()).lines, AllOf(Contains("media there: 0 of 2"), Contains("not complete")));
}

TEST_F(Check, RefusesNamesThatAreNotThere) {
  EXPECT_EQ(failure_of([&] { check("coco", dir_.path()); }).kind, ErrorKind::kInvalidArgument);
  EXPECT_EQ(failure_of([&] { check("nlvr2", dir_.path(), {.split = "x"}); }).kind, ErrorKind::kInvalidArgument);
}

}  // namespace
}  // namespace blip
