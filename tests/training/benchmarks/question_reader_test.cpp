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
using testing::IsEmpty;

using QuestionReader = test::BenchmarkFolder;

TEST_F(QuestionReader, ReadsTheListsOfLavis) {
  write("qa_test.json", R"([{"video": "a.mp4", "question": "Who sings?", "answer": "man", "question_id": 158581},
                            {"video": "b.mp4", "question": "is it red?", "answer": "yes", "question_id": "x"},
                            {"video": "a.mp4", "question": "what is it", "answer": "dog"}])");
  touch({"videos/a.mp4", "videos/b.mp4"});
  const auto benchmark = read_questions("msrvtt-qa", dir_.path());
  EXPECT_THAT(ids_of(benchmark.media), ElementsAre("a.mp4", "b.mp4"));
  ASSERT_EQ(benchmark.questions.size(), 3u);
  EXPECT_EQ(benchmark.questions[0].id, "158581");
  EXPECT_EQ(benchmark.questions[0].text, "Who sings?");
  EXPECT_THAT(benchmark.questions[0].answers, ElementsAre("man"));
  EXPECT_EQ(benchmark.questions[0].type, "who");
  EXPECT_EQ(benchmark.questions[0].answer_type, "");
  EXPECT_EQ(benchmark.questions[1].type, "other");
  EXPECT_EQ(benchmark.questions[2].id, "entry 2");
  EXPECT_EQ(benchmark.questions[2].medium, 0u);
}

TEST_F(QuestionReader, ReadsTheLinesOfAlproWithVideosOfAnotherFormat) {
  write("txt/test.jsonl",
        R"({"answer": "woman", "question": "what is a", "video_id": "-x_1_9", "answer_type": "who"})");
  touch({"videos/-x_1_9.avi"});
  const auto benchmark = read_questions("msvd", dir_.path());
  EXPECT_EQ(benchmark.media[0].path, dir_ / "videos/-x_1_9.avi");
  EXPECT_EQ(benchmark.questions[0].type, "who");
}

TEST_F(QuestionReader, ReadsTenAnswersAndDerivesTheirTypeWithoutTheOfficialFile) {
  write("vqa_val.json", R"([{"image": "a.jpg", "question": "how many?", "question_id": 1, "dataset": "vqa",
                             "answer": ["2", "2", "", "two"]}])");
  touch({"a.jpg"});
  const auto benchmark = read_questions("vqav2", dir_.path());
  EXPECT_THAT(benchmark.questions[0].answers, ElementsAre("2", "2", "", "two"));
  EXPECT_EQ(benchmark.questions[0].answer_type, "number");
  EXPECT_EQ(benchmark.questions[0].type, "");
}

TEST_F(QuestionReader, TakesAnswersAndTypesFromTheOfficialFile) {
  write("vqa_val_eval.json", R"([{"image": "a.jpg", "question": "how many?", "question_id": 262148000},
                                 {"image": "a.jpg", "question": "why?", "question_id": 2}])");
  write("v2_mscoco_val2014_annotations.json",
        R"({"info": {}, "annotations": [{"question_id": 262148000, "question_type": "how many",
      "answer_type": "other", "answers": [{"answer": "a few", "answer_id": 1}, {"answer": "", "answer_id": 2}]}]})");
  touch({"a.jpg"});
  const auto benchmark = read_questions("vqav2", dir_.path());
  ASSERT_EQ(benchmark.questions.size(), 1u);
  EXPECT_THAT(benchmark.questions[0].answers, ElementsAre("a few", ""));
  EXPECT_EQ(benchmark.questions[0].type, "how many");
  EXPECT_EQ(benchmark.questions[0].answer_type, "other");
  EXPECT_THAT(benchmark.source.problems.without_answers, ElementsAre("2"));
  EXPECT_EQ(benchmark.source.annotations.size(), 2u);

  write("v2_mscoco_val2014_annotations.json",
        R"({"annotations": [{"question_id": 1, "question_type": "a", "answer_type": "b",
      "answers": [3]}]})");
  EXPECT_THAT(failure_of([&] { read_questions("vqav2", dir_.path()); }).message,
              HasSubstr("annotations 0: 'answers' must be"));
}

TEST_F(QuestionReader, ReadsTheOfficialQuestionsOfCocosPictures) {
  write("v2_OpenEnded_mscoco_val2014_questions.json",
        R"({"questions": [{"image_id": 262148, "question": "why?", "question_id": 262148000}]})");
  touch({"images/val2014/COCO_val2014_000000262148.jpg"});
  const auto benchmark = read_questions("vqav2", dir_.path(), {.allow_no_answers = true});
  EXPECT_THAT(ids_of(benchmark.media), ElementsAre("val2014/COCO_val2014_000000262148.jpg"));
  EXPECT_EQ(benchmark.questions[0].id, "262148000");
}

TEST_F(QuestionReader, FindsThePicturesOfTheTestSplits) {
  for (const std::string& split : {std::string("test"), std::string("test-dev")})
    write("v2_OpenEnded_mscoco_" + split + "2015_questions.json",
          R"({"questions": [{"image_id": 1, "question": "why?", "question_id": 1000}]})");
  touch({"images/test2015/COCO_test2015_000000000001.jpg"});
  for (const char* split : {"test", "test-dev"}) {
    const auto benchmark = read_questions("vqav2", dir_.path(), {.split = split, .allow_no_answers = true});
    EXPECT_THAT(ids_of(benchmark.media), ElementsAre("test2015/COCO_test2015_000000000001.jpg"));
  }
}

TEST_F(QuestionReader, ReadsGqaByIdAndAsAList) {
  touch({"images/n1.jpg"});
  write("testdev_balanced_questions.json",
        R"({"07": {"imageId": "n1", "question": "is it red?", "answer": "no", "types": {"structural": "verify"}},
            "08": {"imageId": "n1", "answer": "no"}})");
  const auto official = read_questions("gqa", dir_.path());
  ASSERT_EQ(official.questions.size(), 1u);
  EXPECT_EQ(official.questions[0].id, "07");
  EXPECT_EQ(official.questions[0].type, "verify");
  EXPECT_THAT(official.source.problems.broken_entries, ElementsAre(HasSubstr("entry '08'")));
  write("testdev_balanced_questions.json",
        R"([{"image": "n1.jpg", "question": "what?", "answer": "dog", "question_id": "9"}])");
  const auto list = read_questions("gqa", dir_.path());
  ASSERT_EQ(list.questions.size(), 1u);
  EXPECT_EQ(list.questions[0].id, "9");
  EXPECT_EQ(list.questions[0].type, "what");
  write("testdev_balanced_questions.json", R"({"07": {"imageId": "n1", "question": "is it red?", "answer)");
  EXPECT_THAT(failure_of([&] { read_questions("gqa", dir_.path()); }).message, HasSubstr("not valid JSON"));
}

TEST_F(QuestionReader, LeavesOutQuestionsWithoutAnswersUnlessAskedNotTo) {
  write("questions.json",
        R"([{"media": "a.jpg", "question": "1?"}, {"media": "a.jpg", "question": "2?", "answer": null},
    {"media": "a.jpg", "question": "3?", "answer": " "}, {"media": "a.jpg", "question": "4?", "answer": []},
    {"media": "a.jpg", "question": "5?", "answer": ["", " "]}, {"media": "a.jpg", "question": "6?", "answer": 6},
    {"media": "a.jpg", "question": "7?", "answer": "x", "type": "own", "id": "q"}])");
  touch({"a.jpg"});
  const auto scored = read_questions("json", dir_.path());
  ASSERT_EQ(scored.questions.size(), 1u);
  EXPECT_EQ(scored.questions[0].type, "own");
  EXPECT_EQ(scored.questions[0].id, "q");
  EXPECT_THAT(scored.source.problems.without_answers,
              ElementsAre("entry 0", "entry 1", "entry 2", "entry 3", "entry 4"));
  EXPECT_THAT(scored.source.problems.broken_entries, ElementsAre(HasSubstr("'answer' is number; must be text")));
  EXPECT_EQ(scored.source.problems.entries_left_out, 6);

  const auto all = read_questions("json", dir_.path(), {.allow_no_answers = true});
  EXPECT_EQ(all.questions.size(), 6u);
  EXPECT_THAT(all.questions[0].answers, IsEmpty());
}

TEST_F(QuestionReader, KeepsTheFirstOfTwoEqualIdsAndLimitsWhatIsThere) {
  write("qa_test.json", R"([{"video": "gone.mp4", "question": "0?", "answer": "a", "question_id": 0},
    {"video": "a.mp4", "question": "1?", "answer": "a", "question_id": 1}, {"video": "a.mp4", "question": "2?", "answer": "a", "question_id": 1},
    {"video": "a.mp4", "question": "3?", "answer": "a", "question_id": 3}, {"video": "b.mp4", "question": "4?", "answer": "a", "question_id": 4}])");
  touch({"a.mp4", "b.mp4"});
  const auto benchmark = read_questions("msvd", dir_.path(), {.limit = 2});
  ASSERT_EQ(benchmark.questions.size(), 2u);
  EXPECT_EQ(benchmark.questions[0].text, "1?");
  EXPECT_EQ(benchmark.questions[1].text, "3?");
  EXPECT_THAT(ids_of(benchmark.media), ElementsAre("a.mp4"));
  EXPECT_THAT(benchmark.source.problems.duplicate_ids, ElementsAre("1"));
  EXPECT_EQ(benchmark.source.entries, 5);
}

TEST(QuestionTypes, GoByTheFirstWord) {
  for (const char* type : {"what", "who", "how", "where", "when"})
    EXPECT_EQ(question_type(std::string(type) + " is it?"), type);
  EXPECT_EQ(question_type("  What's that?"), "what");
  EXPECT_EQ(question_type("whose is it?"), "other");
  EXPECT_EQ(question_type("is it?"), "other");
  EXPECT_EQ(question_type(""), "other");
}

TEST(AnswerTypes, GoByTheMostFrequentAnswer) {
  EXPECT_EQ(answer_type({"yes", "no", "no"}), "yes/no");
  EXPECT_EQ(answer_type({"10", "yes", "10"}), "number");
  EXPECT_EQ(answer_type({"2", "red", "red"}), "other");
  EXPECT_EQ(answer_type({"yes", "2"}), "yes/no");
  EXPECT_EQ(answer_type({"", ""}), "other");
  EXPECT_EQ(answer_type({}), "other");
}

}  // namespace
}  // namespace blip
