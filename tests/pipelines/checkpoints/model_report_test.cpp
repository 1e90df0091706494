#include "pipelines/checkpoints/model_report.h"

#include <nlohmann/json.hpp>

#include "tests/pipelines/checkpoints/small_model_files.h"
#include "tests/support/golden.h"

namespace blip {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(ModelReport, SaysWhatEveryLayoutCanDo) {
  const std::vector<std::pair<Layout, std::vector<std::string>>> expected{
      {Layout::kCaptioner, {"caption"}},
      {Layout::kVqa, {"vqa"}},
      {Layout::kMatcher, {"match", "embed"}},
      {Layout::kNlvr, {"nlvr"}},
      {Layout::kPretrain, {"caption", "match", "embed"}}};
  for (const auto& [layout, abilities] : expected) {
    const test::SmallModelFiles files(layout);
    const ModelReport report = describe_model({.model = files.model()});
    EXPECT_EQ(report.layout, layout_name(layout));
    EXPECT_EQ(report.abilities, abilities);
    EXPECT_THAT(report.warnings, IsEmpty());
  }
}

TEST(ModelReport, CountsTiedParametersOnce) {
  TensorMap tensors = test::small_model(Layout::kCaptioner);
  std::int64_t all = 0;
  for (const auto& [name, view] : tensors) all += view.element_count();
  const test::SmallModelFiles untied(tensors);
  EXPECT_EQ(describe_model({.model = untied.model()}).parameters, all - 9);  // the two biases of the head are one
  tensors["text_decoder.cls.predictions.decoder.weight"] =
      tensors["text_decoder.bert.embeddings.word_embeddings.weight"];
  const test::SmallModelFiles tied(tensors);
  EXPECT_EQ(describe_model({.model = tied.model()}).parameters, all - 9 - 9 * 4);
}

TEST(ModelReport, AMissingOrUnfitVocabularyIsAWarning) {
  const test::SmallModelFiles files(Layout::kCaptioner);
  test::write_text(files / "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n");
  ModelReport report = describe_model({.model = files.model()});
  ASSERT_EQ(report.warnings.size(), 1u);
  EXPECT_THAT(report.warnings[0], HasSubstr("9 rows"));
  EXPECT_EQ(report.vocab_entries, 7);

  std::filesystem::remove(files / "vocab.txt");
  report = describe_model({.model = files.model()});
  ASSERT_EQ(report.warnings.size(), 1u);
  EXPECT_THAT(report.warnings[0], HasSubstr("--vocab"));
  EXPECT_THAT(report_text(report), HasSubstr("vocabulary    none"));
}

TEST(ModelReport, TheTableNamesTheFactsAndTheInterpolation) {
  const test::SmallModelFiles files(Layout::kMatcher);
  const std::string table = report_text(describe_model({.model = files.model()}));
  EXPECT_THAT(table, HasSubstr("layout        matcher\n"));
  EXPECT_THAT(table, HasSubstr("can do        match, embed\n"));
  EXPECT_THAT(table, HasSubstr("image         8 x 8 pixels, patches of 4, grid 2 x 2\n"));
  EXPECT_THAT(table, HasSubstr("width 6, depth 2, heads 2, MLP 10, epsilon 1e-06"));
  EXPECT_THAT(table, HasSubstr("embedding     width 3\n"));
  EXPECT_THAT(table, Not(HasSubstr("warning")));
  EXPECT_THAT(report_text(describe_model({.model = files.model(), .image_size = 16})),
              HasSubstr("grid 4 x 4 interpolated from 2 x 2"));
}

TEST(ModelReport, JsonIsOneObjectInOneLine) {
  const test::SmallModelFiles files(Layout::kCaptioner);
  const std::string line = report_json(describe_model({.model = files.model()}));
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto json = nlohmann::json::parse(line);
  EXPECT_EQ(json["layout"], "captioner");
  EXPECT_EQ(json["text"]["vocab_size"], 9);
  EXPECT_EQ(json["dtypes"]["float32"], json["tensors"]);
  EXPECT_EQ(json["format"], "PyTorch");
  EXPECT_EQ(json["weights_id"].get<std::string>().size(), 16u);
}

TEST(ModelReportGolden, DescribesEveryCheckpoint) {
  int models = 0;
  for (const auto& item : std::filesystem::directory_iterator(test::golden_dir() / "pth")) {
    if (item.path().extension() != ".pth") continue;
    ++models;
    const ModelReport report = describe_model({.model = item.path().string()});
    EXPECT_FALSE(report.abilities.empty()) << item.path();
    EXPECT_EQ(report.vocab_entries, report.config.text.vocab_size) << item.path();
    EXPECT_THAT(report.warnings, IsEmpty()) << item.path();
    EXPECT_TRUE(nlohmann::json::accept(report_json(report)));
  }
  EXPECT_GT(models, 0);
}

TEST(ModelReportGolden, ABlip2SaysItsPartsAndItsMemory) {
  const std::string model = (test::golden2_dir() / "hf-blip2-opt-tiny").string();
  const ModelReport report = describe_model({.model = model});
  EXPECT_EQ(report.layout, "blip2-opt");
  EXPECT_THAT(report.abilities, ElementsAre("caption", "vqa", "chat"));
  EXPECT_EQ(report.vocab, model);
  EXPECT_THAT(report.warnings, IsEmpty());
  ASSERT_EQ(report.memory.size(), 4u);
  EXPECT_EQ(report.memory[0].precision, "float32");
  EXPECT_GT(report.memory[0].language, report.memory[3].language);
  const std::string text = report_text(report);
  for (const char* row : {"q-former      queries 8", "language      OPT", "tokenizer  ", "memory        float32 "})
    EXPECT_THAT(text, HasSubstr(row));
  const auto json = nlohmann::json::parse(report_json(report));
  EXPECT_EQ(json["blip2"]["memory_bytes"]["int4"]["total"], report.memory[3].total());
  EXPECT_EQ(json["blip2"]["language"]["kind"], "opt");
}

}  // namespace
}  // namespace blip
