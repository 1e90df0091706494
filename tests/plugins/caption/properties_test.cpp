#include "tests/plugins/caption/element_harness.h"

namespace blip::test {
namespace {

using Properties = ElementTest;

TEST_F(Properties, ReachTheModelWithEachFrame) {
  CaptionHarness harness(
      Source::kFile,
      "prompt=\"a photo of \" num-beams=2 min-length=3 max-length=17 top-p=0.8 top-k=7 temperature=0.5 seed=42 "
      "repetition-penalty=1.1 length-penalty=0.5 beam-scoring=transformers");
  harness.start();
  harness.push_span(kRed, 0, 1000);
  g_object_set(harness.element(), "prompt", "", "top-p", 0.0, nullptr);
  harness.push_span(kRed, 1000, 2000);
  harness.push_eos();
  const auto seen = fake_engine().requests();
  ASSERT_EQ(seen.size(), 2u);
  const CaptionOptions& options = seen[0].caption;
  EXPECT_EQ(options.prompt, "a photo of ");
  EXPECT_EQ(options.generation.num_beams, 2);
  EXPECT_EQ(options.generation.min_length, 3);
  EXPECT_EQ(options.generation.max_length, 17);
  EXPECT_TRUE(options.generation.sample);
  EXPECT_EQ(options.generation.top_p, 0.8);
  EXPECT_EQ(options.generation.top_k, 7);
  EXPECT_EQ(options.generation.temperature, 0.5);
  EXPECT_EQ(options.generation.seed, 42u);
  EXPECT_EQ(options.generation.repetition_penalty, 1.1);
  EXPECT_EQ(options.generation.length_penalty, 0.5);
  EXPECT_EQ(options.generation.beam_scoring, BeamScoring::kTransformers);
  EXPECT_EQ(seen[1].caption.prompt, "");
  EXPECT_FALSE(seen[1].caption.generation.sample);
}

TEST_F(Properties, DefaultsAreThoseOfTheOptions) {
  CaptionHarness harness(Source::kFile, "", "");
  harness.start();
  harness.push(kRed, 0);
  harness.push_eos();
  const CaptionOptions defaults;
  const CaptionOptions options = fake_engine().requests().at(0).caption;
  EXPECT_FALSE(options.prompt.has_value()) << "the model's own is left to it";
  EXPECT_EQ(options.generation.num_beams, defaults.generation.num_beams);
  EXPECT_EQ(options.generation.min_length, defaults.generation.min_length);
  EXPECT_EQ(options.generation.max_length, defaults.generation.max_length);
  EXPECT_FALSE(options.generation.sample);
}

// What is set is read back; every property says what it is and when it may change.
TEST_F(Properties, AreDocumentedAndReadBack) {
  const ElementPtr element(gst_element_factory_make("blipcaption", nullptr));
  gst_object_ref_sink(element.get());
  guint count = 0;
  GParamSpec** specs = g_object_class_list_properties(G_OBJECT_GET_CLASS(element.get()), &count);
  std::size_t own = 0;
  for (guint i = 0; i < count; ++i) {
    const std::string owner = g_type_name(specs[i]->owner_type);
    if (!owner.starts_with("GstBlip")) continue;
    ++own;
    EXPECT_GT(std::string(g_param_spec_get_blurb(specs[i])).size(), 10u) << specs[i]->name;
    if ((specs[i]->flags & G_PARAM_WRITABLE) == 0) continue;
    EXPECT_NE(specs[i]->flags & (GST_PARAM_MUTABLE_READY | GST_PARAM_MUTABLE_PLAYING), 0) << specs[i]->name;
    GValue value = G_VALUE_INIT;
    g_value_init(&value, specs[i]->value_type);
    if (G_VALUE_HOLDS_STRING(&value)) {
      g_value_set_string(&value, "x");
    } else if (G_VALUE_HOLDS_BOOLEAN(&value)) {
      g_value_set_boolean(&value, FALSE);
    } else {
      GValue one = G_VALUE_INIT;
      g_value_init(&one, G_TYPE_INT);
      g_value_set_int(&one, 1);
      EXPECT_TRUE(g_value_transform(&one, &value)) << specs[i]->name;
    }
    g_object_set_property(G_OBJECT(element.get()), specs[i]->name, &value);
    GValue read = G_VALUE_INIT;
    g_object_get_property(G_OBJECT(element.get()), specs[i]->name, &read);
    EXPECT_EQ(g_param_values_cmp(specs[i], &value, &read), 0) << specs[i]->name;
    g_value_unset(&value);
    g_value_unset(&read);
  }
  g_free(specs);
  EXPECT_GT(own, 0u);
}

TEST_F(Properties, MayChangeWhileFramesFlow) {
  CaptionHarness harness(Source::kFile, "fps=0", "");
  harness.start();
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (int i = 0; !stop; ++i) {
      g_object_set(harness.element(), "prompt", i % 2 == 0 ? "one of the longer prompts there are" : "", "source-label",
                   i % 2 == 0 ? "a longer label than fits" : "", "num-beams", 1 + i % 3, nullptr);
    }
  });
  harness.push_span(kRed, 0, 10'000);
  stop = true;
  writer.join();
  EXPECT_TRUE(harness.push_eos());
  EXPECT_EQ(harness.stat("analysed"), 100u);
}

}  // namespace
}  // namespace blip::test
