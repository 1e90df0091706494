#include "core/tasks/task_texts.h"

#include <gtest/gtest.h>

#include "core/tasks/blip_texts.h"
#include "core/tasks/language_texts.h"
#include "core/tasks/qformer_texts.h"
#include "tests/support/golden2_checkpoint.h"
#include "tests/support/golden_model.h"

namespace blip::test {
namespace {

TEST(TaskTexts, TheFamilyIsReadOffTheCheckpoint) {
  const auto opt = load_model(golden2_dir() / "hf-blip2-opt-tiny"), t5 = load_model(golden2_dir() / "hf-blip2-t5-tiny"),
             matcher = load_model(golden2_dir() / "hf-blip2-itm-tiny"),
             blip = load_model(golden_dir() / "hf-caption-tiny");
  EXPECT_NE(dynamic_cast<const LanguageTexts*>(task_texts(*opt).get()), nullptr);
  EXPECT_NE(dynamic_cast<const LanguageTexts*>(task_texts(*t5).get()), nullptr);
  EXPECT_NE(dynamic_cast<const QformerTexts*>(task_texts(*matcher).get()), nullptr);
  const auto of_blip = task_texts(*blip);
  EXPECT_NE(dynamic_cast<const BlipTexts*>(of_blip.get()), nullptr);
  EXPECT_EQ(dynamic_cast<const QformerTexts*>(of_blip.get()), nullptr);
}

// [DEC] and "a picture of", as BLIP's captions have always begun.
TEST(TaskTexts, BlipsOwnPromptStands) {
  const auto blip = load_model(golden_dir() / "hf-caption-tiny");
  const Tokenizer& tokenizer = *blip->tokenizer;
  const DecodePlan plan = task_texts(*blip)->plan_caption({}, 1);
  EXPECT_EQ(plan.input.prompt.front(), tokenizer.vocabulary().special().decode);
  EXPECT_EQ(tokenizer.decode(plan.input.prompt), "a picture of");
  CaptionOptions none;
  none.prompt = "";
  EXPECT_EQ(task_texts(*blip)->plan_caption(none, 1).input.prompt.size(), 1u);
}

}  // namespace
}  // namespace blip::test
