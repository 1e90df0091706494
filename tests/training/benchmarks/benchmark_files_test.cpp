#include "training/benchmarks/benchmark_files.h"

#include <gmock/gmock.h>

#include "tests/training/benchmarks/benchmark_fixtures.h"

namespace blip {
namespace {

using test::failure_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class BenchmarkFileSearch : public test::BenchmarkFolder {
 protected:
  BenchmarkFiles find(const std::string& layout, const ReadOptions& options = {}) {
    return find_benchmark_files(layout_row(layout), dir_.path(), options);
  }
  std::string looks_of(const std::string& layout, const std::string& text) {
    ReadOptions options;
    options.annotations = write("given.json", text);
    return failure_of([&] { fail_as_another_layout(find(layout, options), "what is broken"); }).message;
  }
};

TEST_F(BenchmarkFileSearch, FindsTheFileOfTheSplitInTheUsualFolders) {
  touch({"annotations/qa_test.json", "qa_val.json", "txt/train.jsonl", "videos/a.mp4"});
  EXPECT_EQ(find("msvd-qa").annotations, dir_ / "annotations/qa_test.json");
  EXPECT_EQ(find("msvd-qa").split, "test");
  EXPECT_EQ(find("msvd-qa", {.split = "val"}).annotations, dir_ / "qa_val.json");
  EXPECT_EQ(find("msvd-qa", {.split = "train"}).annotations, dir_ / "txt/train.jsonl");
  EXPECT_THAT(find("msvd-qa").media_folders, ElementsAre(dir_ / "videos", dir_ / ""));
}

TEST_F(BenchmarkFileSearch, TakesFilesAndFoldersThatAreNamed) {
  touch({"annotations/qa_test.json", "mine.json", "films/a.mp4"});
  const auto files = find("msvd-qa", {.annotations = dir_ / "mine.json", .media = dir_ / "films"});
  EXPECT_EQ(files.annotations, dir_ / "mine.json");
  EXPECT_THAT(files.media_folders, ElementsAre(dir_ / "films"));
  EXPECT_EQ(find_benchmark_files(layout_row("json-qa"), dir_ / "mine.json", {}).annotations, dir_ / "mine.json");
}

TEST_F(BenchmarkFileSearch, TakesTheOnlyJsonFileOfAFolderOfOnesOwn) {
  touch({"films.jsonl", "a.mp4"});
  EXPECT_EQ(find("json-retrieval").annotations, dir_ / "films.jsonl");
  touch({"more.json"});
  EXPECT_THAT(failure_of([&] { find("json-retrieval"); }).message, HasSubstr("texts.jsonl"));
  touch({"texts.json"});
  EXPECT_EQ(find("json-retrieval").annotations, dir_ / "texts.json");
}

TEST_F(BenchmarkFileSearch, FindsACompanionBesideTheFile) {
  touch({"annotations/coco_karpathy_test.json"});
  EXPECT_FALSE(find("coco-caption").companion);
  touch({"annotations/coco_karpathy_test_gt.json"});
  EXPECT_EQ(find("coco-caption").companion, dir_ / "annotations/coco_karpathy_test_gt.json");
  EXPECT_FALSE(find("coco-retrieval").companion);
}

TEST_F(BenchmarkFileSearch, NamesWhatIsNotThere) {
  const auto nothing = failure_of([&] { find("nocaps"); });
  EXPECT_EQ(nothing.kind, ErrorKind::kNotFound);
  EXPECT_THAT(nothing.message,
              AllOf(HasSubstr("nocaps_val_4500_captions.json"), HasSubstr("docs/evaluation.md#nocaps")));

  const auto split = failure_of([&] { find("nocaps", {.split = "test"}); });
  EXPECT_EQ(split.kind, ErrorKind::kInvalidArgument);
  EXPECT_THAT(split.message, HasSubstr("there are val"));
  EXPECT_EQ(failure_of([&] { find("json-qa", {.split = "test"}); }).kind, ErrorKind::kInvalidArgument);

  EXPECT_EQ(failure_of([&] { find("nocaps", {.annotations = dir_ / "no.json"}); }).kind, ErrorKind::kNotFound);
  touch({"nocaps_val_4500_captions.json"});
  EXPECT_EQ(failure_of([&] { find("nocaps", {.media = dir_ / "no"}); }).kind, ErrorKind::kNotFound);
  EXPECT_EQ(failure_of([&] { find_benchmark_files(layout_row("nocaps"), dir_ / "no", {}); }).kind,
            ErrorKind::kNotFound);
}

TEST_F(BenchmarkFileSearch, SaysWhichLayoutAFileLooksLike) {
  EXPECT_THAT(looks_of("msrvtt-qa", R"([{"video": "a.mp4", "caption": "x"}])"),
              AllOf(HasSubstr("is not of msrvtt-qa"), HasSubstr("'video' and 'question', or 'video_id' and 'question'"),
                    HasSubstr("looks like msrvtt-retrieval")));
  EXPECT_THAT(looks_of("msrvtt-retrieval", R"({"clip_name": "video1", "caption": "x"})"),
              HasSubstr("looks like msrvtt-1ka"));
  EXPECT_THAT(looks_of("coco-caption", R"({"data": {"dialogs": []}})"), HasSubstr("looks like visdial"));
  EXPECT_THAT(looks_of("nlvr2", R"([{"shot": 1, "note": 2}])"), HasSubstr("it has 'note', 'shot'"));
  EXPECT_THAT(looks_of("nlvr2", R"([{"images": [], "sentence": 1}])"), HasSubstr("can be used: what is broken"));
  EXPECT_THAT(looks_of("nlvr2", "images,sentence"), HasSubstr("can be used: what is broken"));
}

TEST_F(BenchmarkFileSearch, TellsContentsApart) {
  // FNV-1a, 64 bits: the published values of "", "a" and "foobar".
  EXPECT_EQ(content_id({write("a", "")}), "cbf29ce484222325");
  EXPECT_EQ(content_id({write("a", "a")}), "af63dc4c8601ec8c");
  EXPECT_EQ(content_id({write("a", "foo"), write("b", "bar")}), "85944171f73967e8");
  EXPECT_EQ(failure_of([&] { content_id({dir_ / "none"}); }).kind, ErrorKind::kFailed);
}

}  // namespace
}  // namespace blip
