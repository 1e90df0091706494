// Property gate: which frames are shown to the model, and what the others get.
#include <gst/video/video.h>

#include "plugins/meta/gst_blip_result_meta.h"
#include "plugins/meta/gst_blip_vision_meta.h"
#include "tests/plugins/caption/element_harness.h"

namespace blip::test {
namespace {

using Lines = std::vector<std::string>;
constexpr const char* kUtf8 = "text/x-raw,format=utf8";
constexpr const char* kChain = "blipencoder model=fake ! blipdecoder";

using FrameGating = ElementTest;

// A frame of one colour in a segment of frames of a second.
void push_second(CaptionHarness& harness, Yuv color, std::uint64_t second) {
  ASSERT_EQ(harness.push(color, second * GST_SECOND, GST_SECOND), GST_FLOW_OK);
}

// One after the other, a second each.
void push_all(CaptionHarness& harness, const std::vector<Yuv>& colors) {
  for (std::size_t i = 0; i < colors.size(); ++i) push_second(harness, colors[i], i);
}

// Red with so much more luma.
Yuv brighter(int levels) {
  return {static_cast<std::uint8_t>(kRed.y + levels), kRed.u, kRed.v};
}

TEST_F(FrameGating, AnEqualFrameHasTheResultOfTheLastOneAndItsOwnTimes) {
  CaptionHarness harness(Source::kFile);
  harness.start("1/1");
  for (std::uint64_t second = 0; second < 3; ++second) push_second(harness, kRed, second);
  push_second(harness, kBlue, 3);
  push_second(harness, kRed, 4);
  EXPECT_TRUE(harness.push_eos());
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts(),
            (Lines{"buffer 0-1000 a red picture", "buffer 1000-2000 a red picture", "buffer 2000-3000 a red picture",
                   "buffer 3000-4000 a blue picture", "buffer 4000-5000 a red picture"}));
  EXPECT_EQ(fake_engine().encoded(), 3u) << "red is seen anew after blue: only the last frame is compared with";
  EXPECT_EQ(fake_engine().begun(), 3u);
  EXPECT_EQ(harness.stat("analysed"), 5u);
  EXPECT_EQ(harness.stat("gated-duplicate"), 2u);
  EXPECT_EQ(harness.stat("gated-similar"), 0u);
}

// The fake model numbers its calls in the token ids, so equal records are the same answer.
TEST_F(FrameGating, MessagesAndMetadataAreThoseOfTheAnswer) {
  CaptionHarness harness(Source::kFile, "", "", kChain);
  harness.start("1/1");
  std::vector<BufferPtr> out;
  for (std::uint64_t second = 0; second < 2; ++second) {
    push_second(harness, kRed, second);
    out.emplace_back(gst_harness_pull(harness.video()));
  }
  for (std::uint64_t second = 0; second < 2; ++second) {
    for (const char* name : {"blip-text", "blip-itc"}) {
      const GstStructure* result = gst_blip_buffer_get_result(out[second].get(), name);
      ASSERT_NE(result, nullptr) << name;
      guint64 timestamp = 99;
      EXPECT_TRUE(gst_structure_get_uint64(result, "timestamp", &timestamp));
      EXPECT_EQ(timestamp, second * GST_SECOND);
    }
    const GstBlipVisionMeta* meta = gst_buffer_get_blip_vision_meta(out[second].get());
    EXPECT_EQ(gst_blip_features_get_state(meta->features), GST_BLIP_FEATURES_READY);
    EXPECT_STREQ(gst_structure_get_string(gst_blip_buffer_get_result(out[second].get(), "blip-text"), "text"),
                 "a red picture");
  }
  EXPECT_TRUE(harness.push_eos());
  std::size_t captions = 0;
  for (GstMessage* message : harness.messages(GST_MESSAGE_ELEMENT))
    captions += gst_message_has_name(message, "blip-caption") ? 1 : 0;
  EXPECT_EQ(captions, 2u);
  EXPECT_EQ(fake_engine().begun(), 1u);
}

TEST_F(FrameGating, OffShowsEveryFrameToTheModel) {
  CaptionHarness harness(Source::kFile, "gate=off");
  harness.start("1/1");
  for (std::uint64_t second = 0; second < 4; ++second) push_second(harness, kRed, second);
  EXPECT_TRUE(harness.push_eos());
  EXPECT_EQ(fake_engine().encoded(), 4u);
  EXPECT_EQ(fake_engine().begun(), 4u);
  EXPECT_EQ(harness.stat("gated-duplicate"), 0u);
}

// Frames wait together here, and are analysed as one batch.
TEST_F(FrameGating, EqualFramesOfOneBatchAreShownOnce) {
  CaptionHarness harness(Source::kFile, "attach=latest", kUtf8, "blipencoder");
  harness.start("1/1");
  fake_engine().hold_encode();
  push_second(harness, kBlack, 0);
  ASSERT_TRUE(fake_engine().wait_encoding(1));
  for (const auto& [color, second] : {std::pair{kRed, 1u}, {kRed, 2u}, {kBlue, 3u}, {kBlue, 4u}})
    push_second(harness, color, second);
  fake_engine().release_all();
  EXPECT_TRUE(harness.push_eos());
  EXPECT_EQ(fake_engine().encoded(), 3u);
  EXPECT_EQ(harness.stat("analysed"), 5u);
  EXPECT_EQ(harness.stat("gated-duplicate"), 2u);
}

TEST_F(FrameGating, AnotherPromptIsAnotherAnalysis) {
  CaptionHarness harness(Source::kFile, "attach=exact");
  harness.start("1/1");
  push_second(harness, kRed, 0);
  BufferPtr(gst_harness_pull(harness.video()));
  for (const auto& [property, value] :
       {std::pair<const char*, const char*>{"prompt", "now "}, {"num-beams", "2"}, {"max-length", "18"}}) {
    const std::size_t before = fake_engine().begun();
    gst_util_set_object_arg(G_OBJECT(harness.element()), property, value);
    push_second(harness, kRed, before);
    BufferPtr(gst_harness_pull(harness.video()));
    EXPECT_EQ(fake_engine().begun(), before + 1) << property;
  }
  EXPECT_EQ(fake_engine().requests().back().caption.prompt, "now ");
  EXPECT_EQ(fake_engine().encoded(), 1u) << "what the frame looks like does not depend on them";
}

TEST_F(FrameGating, OtherQueriesAreAskedAboutAnEqualFrame) {
  CaptionHarness harness(Source::kFile, "", "",
                         "blipencoder model=fake queries=red name=e ! blipfilter model=fake attach=exact");
  const ElementPtr encoder(gst_bin_get_by_name(GST_BIN(harness.element()), "e"));
  harness.start("1/1");
  for (std::uint64_t second = 0; second < 4; ++second) {
    if (second == 2) g_object_set(encoder.get(), "queries", "red;blue", nullptr);
    push_second(harness, kRed, second);
    BufferPtr(gst_harness_pull(harness.video()));
  }
  const auto requests = fake_engine().requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].texts, Lines{"red"});
  EXPECT_EQ(requests[1].texts, (Lines{"red", "blue"}));
  EXPECT_EQ(fake_engine().encoded(), 1u);
}

// What has state of its own goes on with the frames' own times.
TEST_F(FrameGating, AMatchLastsOverEqualFrames) {
  CaptionHarness harness(Source::kFile, "queries=red", "", "blipencoder model=fake ! blipfilter");
  harness.start("1/1");
  for (std::uint64_t second = 0; second < 3; ++second) push_second(harness, kRed, second);
  push_second(harness, kBlue, 3);
  EXPECT_TRUE(harness.push_eos());
  std::vector<std::pair<std::string, guint64>> events;
  for (GstMessage* message : harness.messages(GST_MESSAGE_ELEMENT)) {
    if (!gst_message_has_name(message, "blip-match")) continue;
    const GstStructure* match = gst_message_get_structure(message);
    guint64 duration = 0;
    gst_structure_get_uint64(match, "duration", &duration);
    events.emplace_back(gst_structure_get_string(match, "event"), duration);
  }
  EXPECT_EQ(events,
            (std::vector<std::pair<std::string, guint64>>{{"start", GST_CLOCK_TIME_NONE}, {"end", 3 * GST_SECOND}}));
  EXPECT_EQ(fake_engine().requests().size(), 2u);
}

TEST_F(FrameGating, AClipsEmbeddingCountsEqualFrames) {
  CaptionHarness harness(Source::kFile, "clip-frames=3", "", "blipencoder");
  harness.start("1/1");
  std::vector<float> last;
  for (const Yuv color : {kRed, kBlue, kBlue}) {
    push_second(harness, color, harness.stat("sampled"));
    const BufferPtr out(gst_harness_pull(harness.video()));
    const GValue* value = gst_structure_get_value(gst_blip_buffer_get_result(out.get(), "blip-itc"), "clip_embedding");
    const auto* data =
        static_cast<const float*>(g_bytes_get_data(static_cast<GBytes*>(g_value_get_boxed(value)), nullptr));
    last.assign(data, data + 9);
  }
  EXPECT_FLOAT_EQ(last[5] / last[3], 2) << "two of three frames are blue";
  EXPECT_EQ(fake_engine().encoded(), 2u);
}

// 219 levels of limited range are 255 of full range: four are 4.66.
TEST_F(FrameGating, SimilarFramesShareTheResultUpToTheThreshold) {
  CaptionHarness harness(Source::kFile, "gate=similar gate-threshold=5");
  harness.start("1/1");
  push_all(harness, {brighter(0), brighter(4), brighter(0), brighter(5), brighter(8), brighter(12)});
  EXPECT_TRUE(harness.push_eos());
  // 4 is like 0, 0 is 0, 5 is another, 8 is like 5, 12 is another.
  EXPECT_EQ(fake_engine().encoded(), 3u);
  EXPECT_EQ(fake_engine().begun(), 3u);
  EXPECT_EQ(harness.stat("gated-similar"), 2u);
  EXPECT_EQ(harness.stat("gated-duplicate"), 1u);
  EXPECT_EQ(harness.stat("analysed"), 6u);
}

TEST_F(FrameGating, DuplicateIsNotSatisfiedWithSimilar) {
  CaptionHarness harness(Source::kFile, "gate=duplicate gate-threshold=255");
  harness.start("1/1");
  push_all(harness, {brighter(0), brighter(1), brighter(2)});
  EXPECT_TRUE(harness.push_eos());
  EXPECT_EQ(fake_engine().encoded(), 3u);
}

// The encoder looks at every other frame, the decoder reads it off only where it has changed.
TEST_F(FrameGating, AReaderComparesPicturesItself) {
  CaptionHarness harness(Source::kFile, "gate=similar gate-threshold=5", kUtf8, kChain);
  harness.start("1/1");
  push_all(harness, {brighter(0), brighter(4), brighter(0), brighter(8)});
  EXPECT_TRUE(harness.push_eos());
  EXPECT_EQ(fake_engine().encoded(), 4u);
  EXPECT_EQ(fake_engine().begun(), 2u);
  EXPECT_EQ(harness.stat("gated-similar"), 1u);
  EXPECT_EQ(harness.stat("gated-duplicate"), 1u);
}

TEST_F(FrameGating, AWindowIsTheSameWhenAllItsFramesAre) {
  CaptionHarness harness(Source::kFile, "frames=2", kUtf8, kChain);
  harness.start("1/1");
  push_all(harness, {kRed, kRed, kRed, kRed, kRed, kBlue});
  EXPECT_TRUE(harness.push_eos());
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts(), (Lines{"buffer 0-2000 a red picture", "buffer 2000-4000 a red picture",
                                                  "buffer 4000-6000 a red then blue picture"}));
  EXPECT_EQ(fake_engine().encoded(), 2u);
  EXPECT_EQ(fake_engine().begun(), 2u);
  EXPECT_EQ(harness.stat("gated-duplicate"), 1u);
}

TEST_F(FrameGating, AFlushASegmentAndNewCapsBeginAnew) {
  CaptionHarness harness(Source::kFile, "", "", "blipencoder");
  harness.start("1/1");
  std::uint64_t second = 0;
  const auto encoded_after_red = [&] {
    push_second(harness, kRed, second++);
    BufferPtr(gst_harness_pull(harness.video()));
    return fake_engine().encoded();
  };
  EXPECT_EQ(encoded_after_red(), 1u);
  EXPECT_EQ(encoded_after_red(), 1u);
  gst_harness_push_event(harness.video(), gst_event_new_flush_start());
  gst_harness_push_event(harness.video(), gst_event_new_flush_stop(TRUE));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_harness_push_event(harness.video(), gst_event_new_segment(&segment));
  EXPECT_EQ(encoded_after_red(), 2u);
  gst_harness_push_event(harness.video(), gst_event_new_segment(&segment));
  EXPECT_EQ(encoded_after_red(), 3u);
  const CapsPtr caps(gst_caps_from_string("video/x-raw,format=I420,width=32,height=24,framerate=2/1"));
  EXPECT_TRUE(gst_harness_push_event(harness.video(), gst_event_new_caps(caps.get())));
  EXPECT_EQ(encoded_after_red(), 4u);
  EXPECT_EQ(encoded_after_red(), 4u);
  EXPECT_EQ(harness.stat("analysed"), 6u);
}

TEST_F(FrameGating, AModelOpenedAnewLooksAnew) {
  CaptionHarness harness(Source::kFile, "attach=exact");
  harness.start("1/1");
  push_second(harness, kRed, 0);
  BufferPtr(gst_harness_pull(harness.video()));
  g_signal_emit_by_name(harness.element(), "reload-model");
  push_second(harness, kRed, 1);
  BufferPtr(gst_harness_pull(harness.video()));
  EXPECT_EQ(fake_engine().encoded(), 2u);
  EXPECT_EQ(fake_engine().begun(), 2u);
}

TEST_F(FrameGating, AFrameThatFailedIsNotRepeated) {
  fake_engine().fail_encode(1, ErrorKind::kFailed, "out of memory");
  CaptionHarness harness(Source::kFile, "", "", "blipencoder");
  harness.start("1/1");
  for (std::uint64_t second = 0; second < 3; ++second) push_second(harness, kRed, second);
  EXPECT_TRUE(harness.push_eos());
  EXPECT_EQ(harness.stat("failed"), 1u);
  EXPECT_EQ(harness.stat("analysed"), 2u);
  EXPECT_EQ(fake_engine().encoded(), 2u);
}

TEST_F(FrameGating, RecomputingAsksTheModelOnceForEqualFrames) {
  CaptionHarness harness(Source::kFile, "on-mismatch=recompute", kUtf8, "blipencoder model=other ! blipdecoder");
  harness.start("1/1");
  for (std::uint64_t second = 0; second < 3; ++second) push_second(harness, kRed, second);
  EXPECT_TRUE(harness.push_eos());
  EXPECT_EQ(fake_engine().encoded(), 2u) << "once by each model";
  EXPECT_EQ(harness.stat("analysed"), 3u);
}

TEST_F(FrameGating, EveryElementThatAnalysesHasTheProperties) {
  for (const char* name : {"blipencoder", "blipfilter", "blipdecoder", "blipcaption"}) {
    const ElementPtr element(gst_element_factory_make(name, nullptr));
    gst_object_ref_sink(element.get());
    GParamSpec* spec = g_object_class_find_property(G_OBJECT_GET_CLASS(element.get()), "gate");
    ASSERT_NE(spec, nullptr) << name;
    EXPECT_STREQ(g_type_name(spec->value_type), "GstBlipGate");
    gint rule = -1;
    gdouble threshold = -1;
    g_object_get(element.get(), "gate", &rule, "gate-threshold", &threshold, nullptr);
    EXPECT_EQ(rule, 1) << name << " gates duplicates by default";
    EXPECT_GT(threshold, 0);
    g_object_set(element.get(), "gate", 2, "gate-threshold", 7.5, nullptr);
    g_object_get(element.get(), "gate", &rule, "gate-threshold", &threshold, nullptr);
    EXPECT_EQ(rule, 2);
    EXPECT_EQ(threshold, 7.5);
  }
}

}  // namespace
}  // namespace blip::test
