// The miniatures in tests/data/benchmarks: every layout is read as its files say, and every medium can be opened.
#include "training/benchmarks/read_benchmark.h"

#include <gmock/gmock.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/media/video_reader.h"
#include "core/vision/image_file.h"
#include "tests/training/benchmarks/benchmark_fixtures.h"
#include "training/benchmarks/check.h"
#include "training/benchmarks/layouts.h"

namespace blip {
namespace {

using nlohmann::json;
using test::failure_of;
using testing::HasSubstr;

const std::filesystem::path kMiniatures = std::filesystem::path(BLIP_SOURCE_DIR) / "tests/data/benchmarks";

const std::map<std::string, std::string>& folders() {
  static const std::map<std::string, std::string> all{{"msrvtt-1ka", "msrvtt"},
                                                      {"msrvtt-retrieval", "msrvtt"},
                                                      {"msvd-retrieval", "msvd"},
                                                      {"coco-retrieval", "coco"},
                                                      {"json-retrieval", "generic"},
                                                      {"flickr30k-retrieval", "flickr30k"},
                                                      {"msrvtt-qa", "msrvtt"},
                                                      {"msvd-qa", "msvd"},
                                                      {"vqav2", "coco"},
                                                      {"okvqa", "coco"},
                                                      {"gqa", "gqa"},
                                                      {"json-qa", "generic"},
                                                      {"coco-caption", "coco"},
                                                      {"nocaps", "nocaps"},
                                                      {"msrvtt-caption", "msrvtt"},
                                                      {"msvd-caption", "msvd"},
                                                      {"json-caption", "generic"},
                                                      {"nlvr2", "nlvr2"},
                                                      {"visdial", "visdial"}};
  return all;
}

std::filesystem::path miniature(const std::string& layout) {
  return kMiniatures / folders().at(layout);
}

json json_of(const std::string& file) {
  std::ifstream in(kMiniatures / file);
  if (file.ends_with(".json")) return json::parse(in);
  json list = json::array();
  for (std::string line; std::getline(in, line);) list.push_back(json::parse(line));
  return list;
}

TEST(Miniatures, AreThereForEveryLayoutAndComplete) {
  for (const LayoutInfo& info : layouts()) {
    SCOPED_TRACE(info.name);
    ASSERT_TRUE(folders().contains(std::string(info.name)));
    const auto report = check(std::string(info.name), miniature(std::string(info.name)));
    EXPECT_TRUE(report.complete) << testing::PrintToString(report.lines);
  }
}

TEST(Miniatures, OfRetrievalHaveTheTextsOfTheirFiles) {
  struct Case {
    const char *layout, *file, *medium, *text;
  };
  for (const Case& one : {Case{"msrvtt-1ka", "msrvtt/annotations/msrvtt_test.jsonl", "clip_name", "caption"},
                          Case{"msrvtt-retrieval", "msrvtt/annotations/retrieval_test.json", "video", "caption"},
                          Case{"msvd-retrieval", "msvd/annotations/retrieval_test.json", "video", "caption"},
                          Case{"coco-retrieval", "coco/annotations/coco_karpathy_test.json", "image", "caption"},
                          Case{"flickr30k-retrieval", "flickr30k/flickr30k_test.json", "image", "caption"},
                          Case{"json-retrieval", "generic/texts.json", "media", "text"}}) {
    SCOPED_TRACE(one.layout);
    const auto benchmark = read_retrieval(one.layout, miniature(one.layout));
    const json entries = json_of(one.file);
    ASSERT_FALSE(entries.empty());
    ASSERT_EQ(benchmark.media.size(), entries.size());
    std::size_t text = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      EXPECT_EQ(benchmark.media[i].id, entries[i][one.medium]);
      const json& texts = entries[i][one.text];
      for (const json& expected : texts.is_array() ? texts : json::array({texts})) {
        ASSERT_LT(text, benchmark.texts.size());
        EXPECT_EQ(benchmark.texts[text], expected);
        EXPECT_EQ(benchmark.media_of_text[text++], i);
      }
    }
    EXPECT_EQ(text, benchmark.texts.size());
  }
}

TEST(Miniatures, OfQuestionsHaveTheAnswersOfTheirFiles) {
  struct Case {
    const char *layout, *file;
  };
  for (const Case& one :
       {Case{"msrvtt-qa", "msrvtt/annotations/qa_test.json"}, Case{"msvd-qa", "msvd/annotations/qa_test.json"},
        Case{"vqav2", "coco/annotations/vqa_val.json"}, Case{"json-qa", "generic/questions.jsonl"}}) {
    SCOPED_TRACE(one.layout);
    const auto benchmark = read_questions(one.layout, miniature(one.layout));
    const json entries = json_of(one.file);
    ASSERT_FALSE(entries.empty());
    ASSERT_EQ(benchmark.questions.size(), entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const Question& question = benchmark.questions[i];
      EXPECT_EQ(question.text, entries[i]["question"]);
      const json& answers = entries[i]["answer"];
      EXPECT_EQ(json(question.answers), answers.is_array() ? answers : json::array({answers}));
      EXPECT_FALSE(question.type.empty());
    }
  }
}

TEST(Miniatures, OfOkVqaHaveTheAnswersOfTenPeople) {
  const auto benchmark = read_questions("okvqa", miniature("okvqa"));
  const json questions = json_of("coco/annotations/OpenEnded_mscoco_val2014_questions.json")["questions"];
  const json official = json_of("coco/annotations/mscoco_val2014_annotations.json")["annotations"];
  ASSERT_FALSE(questions.empty());
  ASSERT_EQ(benchmark.questions.size(), questions.size());
  for (std::size_t i = 0; i < questions.size(); ++i) {
    EXPECT_EQ(benchmark.questions[i].id, questions[i]["question_id"].dump());
    EXPECT_EQ(benchmark.questions[i].text, questions[i]["question"]);
    std::vector<std::string> answers;
    for (const json& answer : official[i]["answers"]) answers.push_back(answer["answer"]);
    EXPECT_EQ(benchmark.questions[i].answers, answers);
    EXPECT_EQ(benchmark.questions[i].type, official[i]["question_type"]);
  }
}

TEST(Miniatures, OfGqaHaveTheQuestionsThatTheirIdsName) {
  const auto benchmark = read_questions("gqa", miniature("gqa"));
  const json entries = json_of("gqa/testdev_balanced_questions.json");
  ASSERT_FALSE(entries.empty());
  ASSERT_EQ(benchmark.questions.size(), entries.size());
  for (const Question& question : benchmark.questions) {
    const json& entry = entries.at(question.id);
    EXPECT_EQ(question.text, entry["question"]);
    EXPECT_EQ(question.answers, std::vector<std::string>{entry["answer"]});
    EXPECT_EQ(question.type, entry["types"]["structural"]);
    EXPECT_EQ(benchmark.media[question.medium].id, entry["imageId"]);
  }
}

TEST(Miniatures, OfVqaHaveTheOfficialTypes) {
  const json official = json_of("coco/annotations/v2_mscoco_val2014_annotations.json")["annotations"];
  std::map<std::string, json> by_id;
  for (const json& entry : official) by_id[entry["question_id"].dump()] = entry;
  std::set<std::string> types;
  for (const std::string& file : {std::string("vqa_val.json"), std::string("vqa_val_eval.json")}) {
    const auto benchmark =
        read_questions("vqav2", miniature("vqav2"), {.annotations = kMiniatures / "coco/annotations" / file});
    for (const Question& question : benchmark.questions) {
      const json& entry = by_id.at(question.id);
      EXPECT_EQ(question.type, entry["question_type"]);
      EXPECT_EQ(question.answer_type, entry["answer_type"]);
      EXPECT_EQ(question.answers.size(), 10u);
      types.insert(question.answer_type);
    }
  }
  EXPECT_GT(types.size(), 1u);
}

TEST(Miniatures, OfVqaHaveATestSplitWithoutAnswers) {
  EXPECT_THAT(failure_of([] { read_questions("vqav2", miniature("vqav2"), {.split = "test"}); }).message,
              HasSubstr("questions have no answers"));
  const auto benchmark = read_questions("vqav2", miniature("vqav2"), {.split = "test", .allow_no_answers = true});
  EXPECT_EQ(benchmark.questions.size(), json_of("coco/annotations/vqa_test.json").size());
}

TEST(Miniatures, OfAlprosListGiveTheQuestionsOfLavis) {
  const auto lavis = read_questions("msrvtt-qa", miniature("msrvtt-qa"));
  const auto alpro =
      read_questions("msrvtt-qa", miniature("msrvtt-qa"), {.annotations = kMiniatures / "msrvtt/txt/test.jsonl"});
  ASSERT_EQ(alpro.questions.size(), lavis.questions.size());
  for (std::size_t i = 0; i < alpro.questions.size(); ++i) {
    EXPECT_EQ(alpro.questions[i].text, lavis.questions[i].text);
    EXPECT_EQ(alpro.questions[i].answers, lavis.questions[i].answers);
    EXPECT_EQ(alpro.media[alpro.questions[i].medium].path, lavis.media[lavis.questions[i].medium].path);
  }
}

TEST(Miniatures, OfCaptionsHaveTheReferencesOfTheirFiles) {
  for (const auto& [layout, count] : std::map<std::string, std::size_t>{
           {"coco-caption", json_of("coco/annotations/coco_karpathy_test_gt.json")["annotations"].size()},
           {"nocaps", json_of("nocaps/annotations/nocaps_val_4500_captions.json")["annotations"].size()},
           {"msrvtt-caption", json_of("msrvtt/annotations/cap_test.json").size()},
           {"msvd-caption", json_of("msvd/annotations/cap_test.json").size()},
           {"json-caption", 5 * json_of("generic/captions.json").size()}}) {
    SCOPED_TRACE(layout);
    const auto benchmark = read_captions(layout, miniature(layout));
    std::size_t references = 0;
    std::set<std::string> domains;
    for (const CaptionTarget& target : benchmark.targets) {
      references += target.references.size();
      domains.insert(target.domain);
    }
    EXPECT_EQ(references, count);
    EXPECT_EQ(domains.size(), layout == "nocaps" ? 3u : 1u);
  }
  // The ground truth of COCO is its list once more.
  const auto benchmark = read_captions("coco", miniature("coco-caption"));
  const json list = json_of("coco/annotations/coco_karpathy_test.json");
  ASSERT_EQ(benchmark.targets.size(), list.size());
  for (std::size_t i = 0; i < list.size(); ++i) EXPECT_EQ(json(benchmark.targets[i].references), list[i]["caption"]);
}

TEST(Miniatures, OfNlvr2AndVisdialAreWhole) {
  const auto statements = read_statements("nlvr2", miniature("nlvr2"));
  EXPECT_EQ(statements.statements.size(), json_of("nlvr2/annotations/nlvr_dev.json").size());
  const json data = json_of("visdial/visdial_1.0_val.json")["data"];
  const auto dialogs = read_dialogs("visdial", miniature("visdial"));
  ASSERT_EQ(dialogs.dialogs.size(), data["dialogs"].size());
  for (std::size_t d = 0; d < dialogs.dialogs.size(); ++d) {
    const auto& rounds = dialogs.dialogs[d].rounds;
    ASSERT_EQ(rounds.size(), data["dialogs"][d]["dialog"].size());
    for (std::size_t r = 0; r < rounds.size(); ++r) {
      const json& expected = data["dialogs"][d]["dialog"][r];
      EXPECT_EQ(rounds[r].candidates.size(), 100u);
      EXPECT_EQ(rounds[r].answer, data["answers"][expected["answer"].get<std::size_t>()]);
      EXPECT_EQ(rounds[r].question, data["questions"][expected["question"].get<std::size_t>()]);
    }
  }
}

TEST(Miniatures, HaveMediaThatCanBeOpened) {
  std::set<std::filesystem::path> videos, pictures;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kMiniatures)) {
    const auto extension = entry.path().extension();
    if (extension == ".mp4" || extension == ".avi") videos.insert(entry.path());
    if (extension == ".jpg" || extension == ".png") pictures.insert(entry.path());
  }
  ASSERT_FALSE(videos.empty());
  ASSERT_FALSE(pictures.empty());
  for (const auto& file : videos) {
    auto reader = VideoReader::open(file);
    VideoFrame frame;
    int frames = 0;
    while (reader.next(frame)) ++frames;
    EXPECT_EQ(frames, 16) << file;
    EXPECT_TRUE(reader.warnings().empty()) << file;
  }
  for (const auto& file : pictures) EXPECT_NO_THROW(read_image(file)) << file;
}

TEST(ReadBenchmark, RefusesALayoutOfAnotherTask) {
  for (const auto& failure :
       {failure_of([] { read_questions("nocaps", kMiniatures); }),
        failure_of([] { read_captions("nlvr2", kMiniatures); }), failure_of([] { read_dialogs("coco", kMiniatures); })})
    EXPECT_EQ(failure.kind, ErrorKind::kInvalidArgument);
}

}  // namespace
}  // namespace blip
