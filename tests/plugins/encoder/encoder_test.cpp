#include <gst/video/gstvideometa.h>

#include <cmath>
#include <fstream>

#include "plugins/meta/gst_blip_result_meta.h"
#include "plugins/meta/gst_blip_vision_meta.h"
#include "tests/plugins/caption/element_harness.h"
#include "tests/support/temp_dir.h"

namespace blip::test {
namespace {

using Lines = std::vector<std::string>;

class EncoderTest : public ElementTest {
 protected:
  static constexpr const char* kUtf8 = "text/x-raw,format=utf8";

  // What leaves with the next frame: its result, or null.
  static BufferPtr pull(CaptionHarness& harness) { return BufferPtr(gst_harness_pull(harness.video())); }
};

double number(const GstStructure* structure, const char* field) {
  double value = -9;
  EXPECT_TRUE(gst_structure_get_double(structure, field, &value)) << field;
  return value;
}

TEST_F(EncoderTest, ExactlyTheSampledFramesCarryFeaturesWhichAreReady) {
  CaptionHarness harness(Source::kFile, "", "", "blipencoder");
  harness.start();
  for (std::uint64_t time = 0; time < 2000; time += 100) {
    ASSERT_EQ(harness.push(kRed, time * GST_MSECOND), GST_FLOW_OK);
    const BufferPtr out = pull(harness);
    const GstBlipVisionMeta* meta = gst_buffer_get_blip_vision_meta(out.get());
    ASSERT_EQ(meta != nullptr, time % 1000 == 0) << time;
    if (meta == nullptr) continue;
    EXPECT_EQ(gst_blip_features_get_state(meta->features), GST_BLIP_FEATURES_READY);
    EXPECT_EQ(gst_blip_features_get_tokens(meta->features), 5u);
    EXPECT_EQ(gst_blip_features_get_width(meta->features), 8u);
    EXPECT_STREQ(gst_blip_features_get_weights_id(meta->features), "weights of fake");
    EXPECT_EQ(meta->pts, time * GST_MSECOND);
    EXPECT_EQ(meta->duration, GST_SECOND);
    EXPECT_EQ(meta->width, 32u);
    EXPECT_EQ(meta->height, 24u);
    EXPECT_EQ(meta->sequence, time / 1000 + 1);
  }
}

TEST_F(EncoderTest, LatestDoesNotWaitAndTheFeaturesComeToTheirFrame) {
  CaptionHarness harness(Source::kFile, "attach=latest", "", "blipencoder");
  harness.start();
  fake_engine().hold_encode();
  harness.push(kRed, 0);
  const BufferPtr first = pull(harness);
  const GstBlipVisionMeta* meta = gst_buffer_get_blip_vision_meta(first.get());
  ASSERT_NE(meta, nullptr);
  EXPECT_EQ(gst_blip_features_get_state(meta->features), GST_BLIP_FEATURES_PENDING);
  fake_engine().release_all();
  EXPECT_EQ(gst_blip_features_wait(meta->features, 10 * GST_SECOND), GST_BLIP_FEATURES_READY);
}

TEST_F(EncoderTest, SkippedFramesFeaturesAreDropped) {
  CaptionHarness harness(Source::kLive, "", "", "blipencoder");
  harness.start();
  fake_engine().hold_encode();
  harness.push(kRed, 0);
  ASSERT_TRUE(fake_engine().wait_encoding(1));
  std::vector<BufferPtr> out;
  for (std::uint64_t second = 1; second < 4; ++second) harness.push(kRed, second * GST_SECOND);
  for (int i = 0; i < 4; ++i) out.push_back(pull(harness));
  const auto state = [&](std::size_t i) {
    return gst_blip_features_get_state(gst_buffer_get_blip_vision_meta(out[i].get())->features);
  };
  EXPECT_EQ(state(0), GST_BLIP_FEATURES_PENDING);
  EXPECT_EQ(state(1), GST_BLIP_FEATURES_DROPPED);
  EXPECT_EQ(state(2), GST_BLIP_FEATURES_DROPPED);
  EXPECT_EQ(state(3), GST_BLIP_FEATURES_PENDING);
  EXPECT_TRUE(gst_harness_push_event(harness.video(), gst_event_new_flush_start()));
  fake_engine().release_all();
  EXPECT_EQ(state(3), GST_BLIP_FEATURES_DROPPED) << "a flush settles what will never come";
}

TEST_F(EncoderTest, QueriesAreScoredBestFirst) {
  CaptionHarness harness(Source::kFile, "queries=\"something blue;a red thing;red and white\"", "application/x-json",
                         "blipencoder");
  harness.start();
  harness.push(kRed, 0);
  const BufferPtr out = pull(harness);
  harness.push_eos();
  const GstStructure* itc = gst_blip_buffer_get_result(out.get(), "blip-itc");
  ASSERT_NE(itc, nullptr);
  EXPECT_STREQ(gst_structure_get_string(itc, "text"), "a red thing");
  const GValue* scores = gst_structure_get_value(itc, "scores");
  ASSERT_EQ(gst_value_array_get_size(scores), 3u);
  const auto nth = [&](guint i) { return gst_value_get_structure(gst_value_array_get_value(scores, i)); };
  EXPECT_STREQ(gst_structure_get_string(nth(0), "query"), "a red thing");
  EXPECT_NEAR(number(nth(0), "score"), 1, 1e-6);
  EXPECT_NEAR(number(nth(1), "score"), std::sqrt(0.5), 1e-6);
  EXPECT_NEAR(number(nth(2), "score"), 0, 1e-6);
  const GValue* embedding = gst_structure_get_value(itc, "embedding");
  EXPECT_EQ(g_bytes_get_size(static_cast<GBytes*>(g_value_get_boxed(embedding))), 9 * sizeof(float));
}

// As BLIP-2 has it: an embedding a query of its Q-Former.
TEST_F(EncoderTest, OfSeveralEmbeddingsOfAFrameTheMostSimilarCounts) {
  ModelAbilities abilities;
  abilities.embed = true;
  abilities.layout = "blip2-matcher";
  abilities.embeddings_per_clip = 3;
  fake_engine().set_abilities(abilities);
  CaptionHarness harness(Source::kFile, "queries=\"a red thing;magenta;blue\" clip-frames=2 max-in-flight=4", "",
                         "blipencoder");
  harness.start();
  harness.push(kRed, 0);
  const BufferPtr out = pull(harness);
  const GstStructure* itc = gst_blip_buffer_get_result(out.get(), "blip-itc");
  ASSERT_NE(itc, nullptr);
  const GValue* scores = gst_structure_get_value(itc, "scores");
  const auto nth = [&](guint i) { return gst_value_get_structure(gst_value_array_get_value(scores, i)); };
  EXPECT_NEAR(number(nth(0), "score"), 1, 1e-6);
  EXPECT_NEAR(number(nth(1), "score"), 1, 1e-6);
  EXPECT_NEAR(number(nth(2), "score"), 0, 1e-6);
  gint64 rows = 0;
  EXPECT_TRUE(gst_structure_get_int64(itc, "embedding_rows", &rows));
  EXPECT_EQ(rows, 3);
  for (const char* field : {"embedding", "clip_embedding"}) {
    const GValue* value = gst_structure_get_value(itc, field);
    ASSERT_NE(value, nullptr) << field;
    EXPECT_EQ(g_bytes_get_size(static_cast<GBytes*>(g_value_get_boxed(value))), 3 * 9 * sizeof(float)) << field;
  }
}

TEST_F(EncoderTest, ThresholdTopKAndNegativesDecideWhatIsTold) {
  CaptionHarness harness(Source::kFile, "queries=\"red;red and white;blue\" threshold=0.5 top-k=1", kUtf8,
                         "blipencoder");
  harness.start();
  harness.push(kRed, 0);
  const BufferPtr red = pull(harness);
  const GstStructure* itc = gst_blip_buffer_get_result(red.get(), "blip-itc");
  EXPECT_EQ(gst_value_array_get_size(gst_structure_get_value(itc, "scores")), 1u);
  g_object_set(harness.element(), "queries", "red and white;-red", nullptr);
  harness.push(kRed, 1 * GST_SECOND);
  g_object_set(harness.element(), "threshold", 0.9, "queries", "red and white", nullptr);
  harness.push(kRed, 2 * GST_SECOND);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts().front(), "buffer 0-1000 red");
  EXPECT_EQ(harness.text_record().texts().size(), 3u);
  EXPECT_TRUE(harness.text_record().texts()[1].starts_with("gap 1000-2000"));
}

TEST_F(EncoderTest, QueriesAreEmbeddedOnceUntilTheyChange) {
  CaptionHarness harness(Source::kFile, "fps=0 queries=\"red;blue\"", "", "blipencoder");
  harness.start();
  for (std::uint64_t i = 0; i < 20; ++i) {
    harness.push(kRed, i * 100 * GST_MSECOND);
    pull(harness);
  }
  EXPECT_EQ(fake_engine().embedded_texts(), 2u);
  gst_harness_push_event(
      harness.video(),
      gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM, gst_structure_new("blip/set-queries", "queries", G_TYPE_STRING,
                                                                          "green;white;black", nullptr)));
  harness.push(kGreen, 3 * GST_SECOND);
  const BufferPtr out = pull(harness);
  EXPECT_STREQ(gst_structure_get_string(gst_blip_buffer_get_result(out.get(), "blip-itc"), "text"), "green");
  EXPECT_EQ(fake_engine().embedded_texts(), 5u);
}

TEST_F(EncoderTest, AQueriesFileIsReadAgainWhenItChanges) {
  const TempDir directory;
  const std::string path = directory / "queries.txt";
  std::ofstream(path) << "red\n";
  CaptionHarness harness(Source::kFile, "fps=0 queries-file=\"" + path + "\"", "", "blipencoder");
  harness.start();
  const auto text_at = [&](std::uint64_t ms) {
    harness.push(kBlue, ms * GST_MSECOND);
    const BufferPtr out = pull(harness);
    return std::string(gst_structure_get_string(gst_blip_buffer_get_result(out.get(), "blip-itc"), "text"));
  };
  EXPECT_EQ(text_at(0), "red");
  std::ofstream(path) << "red\nblue\n";
  std::filesystem::last_write_time(path, std::filesystem::last_write_time(path) + std::chrono::seconds(2));
  EXPECT_EQ(text_at(100), "blue");
  std::ofstream(path) << "";
  std::filesystem::last_write_time(path, std::filesystem::last_write_time(path) + std::chrono::seconds(4));
  EXPECT_EQ(text_at(200), "blue") << "the queries stay as they were";
  EXPECT_NE(message_text(harness.wait_message(GST_MESSAGE_WARNING)).find("no text"), std::string::npos);
}

TEST_F(EncoderTest, AQueriesFileThatIsNotThereStopsTheStream) {
  CaptionHarness harness(Source::kFile, "queries-file=/no/such/file", "", "blipencoder");
  harness.start();
  harness.push(kRed, 0);
  GstMessage* message = harness.wait_message(GST_MESSAGE_ERROR);
  ASSERT_NE(message, nullptr);
  EXPECT_NE(message_text(message).find("/no/such/file"), std::string::npos);
}

TEST_F(EncoderTest, ACheckpointWithoutItcEncodesButRefusesQueries) {
  ModelAbilities abilities;
  abilities.caption = true;
  abilities.layout = "captioner";
  fake_engine().set_abilities(abilities);
  CaptionHarness harness(Source::kFile, "", "", "blipencoder");
  harness.start();
  harness.push(kRed, 0);
  EXPECT_EQ(gst_blip_features_get_state(gst_buffer_get_blip_vision_meta(pull(harness).get())->features),
            GST_BLIP_FEATURES_READY);
  CaptionHarness other(Source::kFile, "queries=red", "", "blipencoder");
  other.start();
  other.push(kRed, 0);
  GstMessage* message = other.wait_message(GST_MESSAGE_ERROR);
  ASSERT_NE(message, nullptr);
  EXPECT_NE(message_text(message).find("use a retrieval or pre-training checkpoint"), std::string::npos);
}

TEST_F(EncoderTest, AClipsEmbeddingIsThatOfItsFramesTogether) {
  CaptionHarness harness(Source::kFile, "clip-frames=2", "", "blipencoder");
  harness.start();
  const auto clip_embedding = [&](Yuv color, std::uint64_t second) {
    harness.push(color, second * GST_SECOND);
    const BufferPtr out = pull(harness);
    const GValue* value = gst_structure_get_value(gst_blip_buffer_get_result(out.get(), "blip-itc"), "clip_embedding");
    const auto* data =
        static_cast<const float*>(g_bytes_get_data(static_cast<GBytes*>(g_value_get_boxed(value)), nullptr));
    return std::vector<float>(data, data + 9);
  };
  EXPECT_FLOAT_EQ(clip_embedding(kRed, 0)[3], 1);
  const auto both = clip_embedding(kBlue, 1);
  EXPECT_FLOAT_EQ(both[3], std::sqrt(0.5F));
  EXPECT_FLOAT_EQ(both[5], std::sqrt(0.5F));
  EXPECT_FLOAT_EQ(clip_embedding(kBlue, 2)[5], 1);
}

TEST_F(EncoderTest, OnATriggerOnlyTheFrameAfterItIsAnalysed) {
  CaptionHarness harness(Source::kFile, "trigger=event", "", "blipencoder");
  harness.start();
  harness.push_span(kRed, 0, 1000);
  gst_harness_push_event(harness.video(),
                         gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM, gst_structure_new_empty("blip/trigger")));
  harness.push_span(kRed, 1000, 2000);
  g_signal_emit_by_name(harness.element(), "analyze-now");
  harness.push_span(kRed, 2000, 3000);
  gst_harness_push_upstream_event(
      harness.video(), gst_event_new_custom(GST_EVENT_CUSTOM_UPSTREAM, gst_structure_new_empty("blip/trigger")));
  harness.push_span(kRed, 3000, 4000);
  EXPECT_TRUE(harness.push_eos());
  EXPECT_EQ(harness.stat("sampled"), 3u);
}

TEST_F(EncoderTest, WithRoiOnlyFramesWithARegionAreAnalysed) {
  CaptionHarness harness(Source::kFile, "trigger=roi fps=0", "", "blipencoder");
  harness.start();
  for (std::uint64_t i = 0; i < 10; ++i) {
    GstBuffer* buffer = i420_frame(32, 24, kRed, i * 100 * GST_MSECOND, 100 * GST_MSECOND);
    if (i == 4 || i == 7) gst_buffer_add_video_region_of_interest_meta(buffer, "person", 1, 1, 4, 4);
    ASSERT_EQ(gst_harness_push(harness.video(), buffer), GST_FLOW_OK);
    harness.drop_video();
  }
  EXPECT_TRUE(harness.push_eos());
  EXPECT_EQ(harness.stat("sampled"), 2u);
}

TEST_F(EncoderTest, EveryNthOfTheFramesThatAreDue) {
  CaptionHarness harness(Source::kFile, "fps=10 inference-interval=3 queries=red", kUtf8, "blipencoder");
  harness.start();
  harness.push_span(kRed, 0, 900);
  EXPECT_TRUE(harness.push_eos());
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts(), (Lines{"buffer 0-300 red", "buffer 300-600 red", "buffer 600-900 red"}));
}

TEST_F(EncoderTest, ReloadOpensTheModelBeforeTheNextAnalysis) {
  CaptionHarness harness(Source::kFile, "", "", "blipencoder");
  harness.start();
  harness.push(kRed, 0);
  pull(harness);
  EXPECT_EQ(fake_engine().opened(), 1u);
  g_signal_emit_by_name(harness.element(), "reload-model");
  harness.push(kRed, GST_SECOND);
  pull(harness);
  EXPECT_EQ(fake_engine().opened(), 2u);
  fake_engine().fail_open(ErrorKind::kNotFound, "gone");
  g_signal_emit_by_name(harness.element(), "reload-model");
  harness.push(kRed, 2 * GST_SECOND);
  pull(harness);
  EXPECT_NE(message_text(harness.wait_message(GST_MESSAGE_WARNING)).find("stays as it was"), std::string::npos);
  EXPECT_EQ(harness.stat("analysed"), 3u);
}

TEST_F(EncoderTest, TellsTheEngineHowToBatch) {
  CaptionHarness harness(Source::kLive, "batch-size=3 batch-timeout=20 model-instance-id=mine", "", "blipencoder");
  harness.start();
  harness.push(kRed, 0);
  ASSERT_TRUE(fake_engine().wait_encoding(1));
  EXPECT_EQ(fake_engine().last_stream().batch_size, 3);
  EXPECT_EQ(fake_engine().last_stream().batch_timeout, std::chrono::milliseconds(20));
  EXPECT_EQ(fake_engine().last_model().instance, "mine");
}

}  // namespace
}  // namespace blip::test
