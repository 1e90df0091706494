#include "pipelines/checkpoints/model_vocabulary.h"

#include "tests/core/checkpoint/blip2_support.h"
#include "tests/support/golden.h"

namespace blip {
namespace {

using test::error_of;
using ::testing::HasSubstr;

Checkpoint checkpoint_of(Layout layout, const std::filesystem::path& folder) {
  test::write_small_tokenizer(folder, layout);
  Checkpoint checkpoint;
  checkpoint.layout = layout;
  checkpoint.config = test::small_blip2_config(layout);
  checkpoint.vocab = folder / "vocab.txt";
  checkpoint.language_tokenizer = folder;
  return checkpoint;
}

TEST(ModelVocabulary, AQFormerAddsOneToken) {
  const test::TempDir dir;
  Checkpoint checkpoint = checkpoint_of(Layout::kBlip2Matcher, dir.path());
  const ModelVocabulary vocabulary = open_fitting_vocabulary(checkpoint);
  EXPECT_EQ(vocabulary.entries, 8);
  EXPECT_EQ(vocabulary.ids.sep, 3);
  EXPECT_EQ(vocabulary.ids.decode, 7);
  checkpoint.config.blip2->qformer.vocab_size = 9;
  EXPECT_EQ(open_vocabulary(checkpoint).entries, 8);
  EXPECT_THAT(error_of([&] { open_fitting_vocabulary(checkpoint); }), HasSubstr("9 rows"));
}

TEST(ModelVocabularyGolden, ALanguageModelMayHaveMoreRowsThanItsTokenizerHasIds) {
  Checkpoint checkpoint = open_checkpoint({.model = (test::golden2_dir() / "hf-blip2-opt-tiny").string()});
  const std::int64_t ids = open_fitting_vocabulary(checkpoint).entries;
  EXPECT_LT(ids, checkpoint.config.blip2->language.vocab_size);
  checkpoint.config.blip2->language.vocab_size = ids;
  EXPECT_NO_THROW(open_fitting_vocabulary(checkpoint));
  checkpoint.config.blip2->language.vocab_size = ids - 1;
  EXPECT_THAT(error_of([&] { open_fitting_vocabulary(checkpoint); }), HasSubstr("rows; it belongs to another model"));
}

}  // namespace
}  // namespace blip
