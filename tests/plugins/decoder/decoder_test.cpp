#include <fstream>
#include <future>

#include "plugins/meta/gst_blip_result_meta.h"
#include "tests/plugins/caption/element_harness.h"
#include "tests/support/temp_dir.h"

namespace blip::test {
namespace {

using Lines = std::vector<std::string>;
constexpr const char* kChain = "blipencoder model=fake ! blipdecoder";
constexpr const char* kUtf8 = "text/x-raw,format=utf8";
constexpr const char* kJson = "application/x-json";

using DecoderTest = ElementTest;

TEST_F(DecoderTest, AnswersAQuestionAboutEachFrame) {
  CaptionHarness harness(Source::kFile, "task=vqa question=\"what color is it?\"", kJson, kChain);
  harness.start();
  harness.push_span(kRed, 0, 1000);
  harness.push_span(kBlue, 1000, 2000);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  const Lines texts = harness.text_record().texts();
  ASSERT_EQ(texts.size(), 2u);
  EXPECT_NE(texts[0].find("\"text\": \"red\", \"question\": \"what color is it?\""), std::string::npos) << texts[0];
  EXPECT_NE(texts[1].find("\"text\": \"blue\""), std::string::npos);
  const auto requests = fake_engine().requests();
  EXPECT_EQ(requests.at(0).answer.generation.max_length, AnswerOptions().generation.max_length);
  EXPECT_EQ(requests.at(0).answer.generation.min_length, AnswerOptions().generation.min_length);
}

TEST_F(DecoderTest, SeveralQuestionsAreAnsweredTogether) {
  CaptionHarness harness(Source::kFile, "task=vqa question=\"one?;two about {stream}?\" source-label=door", kJson,
                         kChain);
  harness.start();
  fake_engine().script({"yes", "no"});
  harness.push(kRed, 0);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  const std::string text = harness.text_record().texts().at(0);
  EXPECT_NE(text.find("\"text\": \"yes; no\", \"answers\": [{\"question\":\"one?\",\"answer\":\"yes\""),
            std::string::npos)
      << text;
  EXPECT_EQ(fake_engine().requests().at(1).texts, Lines{"two about door?"});
}

TEST_F(DecoderTest, RanksAnswers) {
  CaptionHarness harness(Source::kFile, "task=vqa-rank question=\"color?\" answers=\"blue;red;green\"", kUtf8, kChain);
  harness.start();
  harness.push_span(kRed, 0, 1000);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts(), Lines{"buffer 0-1000 red"});
}

TEST_F(DecoderTest, WindowsAreLookedAtTogetherAndTheLastPartialOneAtTheEnd) {
  CaptionHarness harness(Source::kFile, "frames=16 window=2000000000", kUtf8, kChain);
  harness.start();
  harness.push_span(kRed, 0, 1000);
  harness.push_span(kBlue, 1000, 2000);
  harness.push_span(kGreen, 2000, 3000);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts(),
            (Lines{"buffer 0-2000 a red then blue picture", "buffer 2000-3000 a green picture"}));
  EXPECT_EQ(fake_engine().requests().at(0).frames, 2u);
}

TEST_F(DecoderTest, AWindowLongerThanTheClipIsTheWholeClip) {
  CaptionHarness harness(Source::kFile, "task=vqa question=q frames=16 window=60000000000", kUtf8, kChain);
  harness.start();
  harness.push_span(kRed, 0, 1500);
  harness.push_span(kBlue, 1500, 3000);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts(), Lines{"buffer 0-3000 red then blue"});
}

TEST_F(DecoderTest, AnOverlapNotBelowTheWindowIsAnError) {
  CaptionHarness harness(Source::kFile, "window=1000000000 overlap=1000000000", kUtf8, kChain);
  harness.start();
  harness.push(kRed, 0);
  GstMessage* message = harness.wait_message(GST_MESSAGE_ERROR);
  ASSERT_NE(message, nullptr);
  EXPECT_NE(message_text(message).find("overlap"), std::string::npos);
}

TEST_F(DecoderTest, TheQuestionMayChangeAtAPlaceInTheStream) {
  CaptionHarness harness(Source::kFile, "task=vqa question=first fps=0 gate=off", "", kChain);
  harness.start();
  harness.push_span(kRed, 0, 2000);
  gst_harness_push_event(harness.video(), gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM,
                                                               gst_structure_new("blip/set-question", "question",
                                                                                 G_TYPE_STRING, "second", nullptr)));
  harness.push_span(kRed, 2000, 4000);
  harness.push_eos();
  Lines asked;
  for (const auto& request : fake_engine().requests()) asked.push_back(request.texts.at(0));
  EXPECT_EQ(asked, (Lines{"first", "first", "second", "second"}));
}

class InstructedTest : public DecoderTest {
 protected:
  void SetUp() override {
    DecoderTest::SetUp();
    ModelAbilities abilities;
    abilities.caption = abilities.answer = abilities.instruct = true;
    abilities.layout = "blip2-opt";
    fake_engine().set_abilities(abilities);
  }
};

TEST_F(InstructedTest, WithoutAPromptTheModelsOwnIsLeftToIt) {
  CaptionHarness captions(Source::kFile, "", "", kChain);
  captions.start();
  captions.push(kRed, 0);
  captions.push_eos();
  CaptionHarness answers(Source::kFile, "task=vqa question=q", "", kChain);
  answers.start();
  answers.push(kRed, 0);
  answers.push_eos();
  const auto requests = fake_engine().requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_FALSE(requests[0].caption.prompt.has_value());
  EXPECT_EQ(requests[1].answer.prompt, "");
  EXPECT_TRUE(requests[1].answer.history.empty());
}

TEST_F(InstructedTest, QuestionsArePutIntoThePrompt) {
  CaptionHarness harness(Source::kFile,
                         "task=vqa question=who prompt=\"Question: {} Short answer:\" length-penalty=-1 num-beams=5",
                         "", kChain);
  harness.start();
  harness.push(kRed, 0);
  harness.push_eos();
  const auto requests = fake_engine().requests();
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].answer.prompt, "Question: {} Short answer:");
  EXPECT_EQ(requests[0].answer.generation.length_penalty, -1);
  EXPECT_EQ(requests[0].answer.generation.num_beams, 5);
  EXPECT_EQ(requests[0].texts, Lines{"who"});
}

TEST_F(InstructedTest, AnInstructionGoesToTheModelAsItStandsWhateverTheTask) {
  CaptionHarness harness(Source::kFile, "instruction=\"say; what {stream} sees:\" source-label=door", kJson, kChain);
  harness.start();
  harness.push(kRed, 0);
  const BufferPtr out(gst_harness_pull(harness.video()));
  const GstStructure* text = gst_blip_buffer_get_result(out.get(), "blip-text");
  ASSERT_NE(text, nullptr);
  EXPECT_STREQ(gst_structure_get_string(text, "task"), "instruct");
  EXPECT_STREQ(gst_structure_get_string(text, "instruction"), "say; what door sees:");
  EXPECT_STREQ(gst_structure_get_string(text, "text"), "red");
  harness.push_eos();
  const auto requests = fake_engine().requests();
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].kind, "answer");
  EXPECT_EQ(requests[0].answer.prompt, "{}");
  EXPECT_EQ(requests[0].texts, Lines{"say; what door sees:"});
}

std::string told(const std::vector<ChatTurn>& turns) {
  std::string text;
  for (const ChatTurn& turn : turns) text += turn.question + "=" + turn.answer + ";";
  return text;
}

TEST_F(InstructedTest, TheNewestAnswersOfTheStreamGoIntoTheHistory) {
  CaptionHarness harness(Source::kFile, "task=vqa question=\"who;where\" history=\"before\tthat\" history-turns=3", "",
                         kChain);
  fake_engine().script({"a", "b", "c", "d", "e", "f"});
  harness.start();
  harness.push_span(kRed, 0, 1000);
  harness.push_span(kBlue, 1000, 2000);
  harness.push_span(kGreen, 2000, 3000);
  harness.push_eos();
  Lines histories;
  for (const auto& request : fake_engine().requests()) histories.push_back(told(request.answer.history));
  EXPECT_EQ(histories, (Lines{"before=that;", "before=that;who=a;", "before=that;who=a;where=b;",
                              "before=that;who=a;where=b;who=c;", "before=that;where=b;who=c;where=d;",
                              "before=that;who=c;where=d;who=e;"}));
}

TEST_F(InstructedTest, AFlushBeginsANewConversation) {
  CaptionHarness harness(Source::kFile, "task=vqa question=who history-turns=3 gate=off", kUtf8, kChain);
  harness.start();
  harness.push_span(kRed, 0, 1000);
  ASSERT_TRUE(harness.text_record().wait_for("buffer 0-"));
  ASSERT_TRUE(gst_harness_push_event(harness.video(), gst_event_new_flush_start()));
  ASSERT_TRUE(gst_harness_push_event(harness.video(), gst_event_new_flush_stop(TRUE)));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  ASSERT_TRUE(gst_harness_push_event(harness.video(), gst_event_new_segment(&segment)));
  harness.push_span(kBlue, 0, 1000);
  harness.push_eos();
  const auto requests = fake_engine().requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_TRUE(requests[1].answer.history.empty()) << told(requests[1].answer.history);
}

std::string error_with(const std::string& properties) {
  CaptionHarness harness(Source::kFile, properties, "", kChain);
  harness.start();
  harness.push(kRed, 0);
  GstMessage* message = harness.wait_message(GST_MESSAGE_ERROR);
  return message == nullptr ? "" : message_text(message);
}

TEST_F(InstructedTest, WhatCannotBeUsedIsAnError) {
  EXPECT_NE(error_with("task=vqa question=q prompt=Answer:").find("has no {} for the question"), std::string::npos);
  EXPECT_NE(error_with("task=vqa question=q history=nonsense").find("a question, a tab and its answer"),
            std::string::npos);
}

void be_a_vqa_checkpoint() {
  ModelAbilities abilities;
  abilities.answer = true;
  abilities.layout = "vqa";
  fake_engine().set_abilities(abilities);
}

TEST_F(DecoderTest, InstructionsAndHistoryNeedALanguageModel) {
  be_a_vqa_checkpoint();
  for (const char* properties :
       {"instruction=say", "task=vqa question=q history=\"a\tb\"", "task=vqa question=q history-turns=1"}) {
    const std::string error = error_with(properties);
    EXPECT_NE(error.find("use a BLIP-2 checkpoint with a language model"), std::string::npos) << properties << error;
  }
}

TEST_F(DecoderTest, APromptForQuestionsThatTheModelDoesNotTakeIsAWarning) {
  be_a_vqa_checkpoint();
  CaptionHarness harness(Source::kFile, "task=vqa question=q prompt=\"Question: {}\"", "", kChain);
  harness.start();
  harness.push(kRed, 0);
  harness.push_eos();
  EXPECT_EQ(fake_engine().requests().at(0).answer.prompt, "");
  ASSERT_EQ(harness.messages(GST_MESSAGE_WARNING).size(), 1u);
}

TEST_F(DecoderTest, UnsureTextsLeaveAGap) {
  CaptionHarness harness(Source::kFile, "min-confidence=0.8", kUtf8, kChain);
  harness.start();
  harness.push_span(kRed, 0, 1000);  // the fake model is 0.75 sure
  while (harness.stat("sampled") == 0) std::this_thread::yield();
  g_object_set(harness.last(), "min-confidence", 0.7, nullptr);
  harness.push_span(kRed, 1000, 2000);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts(), (Lines{"gap 0-1000", "buffer 1000-2000 a red picture"}));
}

TEST_F(DecoderTest, FramesCarryTheTextThatWasReadOffThem) {
  CaptionHarness harness(Source::kFile, "prompt=\"a photo of \"", "", kChain);
  harness.start();
  harness.push(kRed, 0);
  const BufferPtr out(gst_harness_pull(harness.video()));
  const GstStructure* text = gst_blip_buffer_get_result(out.get(), "blip-text");
  ASSERT_NE(text, nullptr);
  EXPECT_STREQ(gst_structure_get_string(text, "text"), "a red picture");
  EXPECT_STREQ(gst_structure_get_string(text, "task"), "caption");
  EXPECT_STREQ(gst_structure_get_string(text, "prompt"), "a photo of ");
  EXPECT_STREQ(gst_structure_get_string(text, "model"), "fake");
  EXPECT_FALSE(gst_structure_has_field(text, "age"));
}

TEST_F(DecoderTest, OnALiveStreamTheTextRidesOnALaterFrameAndSaysHowOldItIs) {
  CaptionHarness harness(Source::kLive, "", "", kChain);
  harness.start();
  fake_engine().hold();
  harness.push(kRed, 0);
  ASSERT_TRUE(fake_engine().wait_begun(1));
  BufferPtr out(gst_harness_pull(harness.video()));
  EXPECT_EQ(gst_blip_buffer_get_result(out.get(), "blip-text"), nullptr);
  fake_engine().release_all();
  while (harness.stat("analysed") == 0) std::this_thread::yield();
  harness.push(kBlue, 400 * GST_MSECOND);
  out.reset(gst_harness_pull(harness.video()));
  const GstStructure* text = gst_blip_buffer_get_result(out.get(), "blip-text");
  ASSERT_NE(text, nullptr);
  guint64 age = 0, timestamp = 1;
  EXPECT_TRUE(gst_structure_get_uint64(text, "age", &age));
  EXPECT_TRUE(gst_structure_get_uint64(text, "timestamp", &timestamp));
  EXPECT_EQ(age, 400 * GST_MSECOND);
  EXPECT_EQ(timestamp, 0u);
}

TEST_F(DecoderTest, OtherWeightsAreAnErrorThatSaysWhy) {
  CaptionHarness harness(Source::kFile, "", kUtf8, "blipencoder model=other ! blipdecoder");
  harness.start();
  harness.push(kRed, 0);
  GstMessage* message = harness.wait_message(GST_MESSAGE_ERROR);
  ASSERT_NE(message, nullptr);
  for (const char* word : {"weights of other", "weights of fake", "on-mismatch=recompute"})
    EXPECT_NE(message_text(message).find(word), std::string::npos) << message_text(message);
}

TEST_F(DecoderTest, OtherWeightsAreMadeGoodByLookingAgain) {
  CaptionHarness harness(Source::kFile, "on-mismatch=recompute gate=off", kUtf8,
                         "blipencoder gate=off model=other ! blipdecoder");
  harness.start();
  harness.push_span(kRed, 0, 2000);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts(), (Lines{"buffer 0-1000 a red picture", "buffer 1000-2000 a red picture"}));
  EXPECT_EQ(harness.messages(GST_MESSAGE_WARNING).size(), 1u);
  EXPECT_EQ(fake_engine().encoded(), 4u);
}

TEST_F(DecoderTest, OtherWeightsMayBeSkipped) {
  CaptionHarness harness(Source::kFile, "on-mismatch=skip", kUtf8, "blipencoder model=other ! blipdecoder");
  harness.start();
  harness.push_span(kRed, 0, 2000);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  for (const std::string& line : harness.text_record().texts()) EXPECT_TRUE(line.starts_with("gap ")) << line;
  EXPECT_EQ(harness.messages(GST_MESSAGE_WARNING).size(), 1u);
}

TEST_F(DecoderTest, ACheckpointThatCannotDoTheTaskSaysWhichCan) {
  ModelAbilities abilities;
  abilities.match = abilities.embed = true;
  abilities.layout = "matcher";
  fake_engine().set_abilities(abilities);
  for (const auto& [properties, advice] :
       {std::pair<const char*, const char*>{"task=caption", "use a captioning or pre-training checkpoint"},
        {"task=vqa question=q", "use a VQA checkpoint"}}) {
    CaptionHarness harness(Source::kFile, properties, "", kChain);
    harness.start();
    harness.push(kRed, 0);
    GstMessage* message = harness.wait_message(GST_MESSAGE_ERROR);
    ASSERT_NE(message, nullptr);
    EXPECT_NE(message_text(message).find(advice), std::string::npos) << message_text(message);
  }
}

TEST_F(DecoderTest, AQuestionIsNeeded) {
  CaptionHarness harness(Source::kFile, "task=vqa", "", kChain);
  harness.start();
  harness.push(kRed, 0);
  GstMessage* message = harness.wait_message(GST_MESSAGE_ERROR);
  ASSERT_NE(message, nullptr);
  EXPECT_NE(message_text(message).find("questions-file"), std::string::npos);
}

TEST_F(DecoderTest, FramesWithoutFeaturesPass) {
  CaptionHarness harness(Source::kFile, "", kUtf8, "blipdecoder");
  harness.start();
  harness.push_span(kRed, 0, 2000);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.stat("frames"), 20u);
  EXPECT_EQ(harness.stat("sampled"), 0u);
}

// The text is shown 300 ms later than its frames are.
TEST_F(DecoderTest, LatenessShiftsTheTextsRunningTime) {
  CaptionHarness harness(Source::kFile, "lateness=300", kUtf8, kChain);
  harness.start();
  harness.push_span(kRed, 0, 1000);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  const PadPtr pad(gst_element_get_static_pad(harness.last(), "text"));
  const EventPtr event(gst_pad_get_sticky_event(pad.get(), GST_EVENT_SEGMENT, 0));
  const GstSegment* segment = nullptr;
  gst_event_parse_segment(event.get(), &segment);
  EXPECT_EQ(gst_segment_to_running_time(segment, GST_FORMAT_TIME, 0), 300 * GST_MSECOND);
  EXPECT_EQ(gst_segment_to_stream_time(segment, GST_FORMAT_TIME, 0), 0u);
}

TEST_F(DecoderTest, LatencyIsWhatIsSetAndOnVideoOnlyWithExact) {
  for (const auto& [attach, on_video] : {std::pair<const char*, guint64>{"latest", 0}, {"exact", 700}}) {
    CaptionHarness harness(Source::kLive, std::string("latency=700 attach=") + attach, kUtf8,
                           "blipencoder attach=latest model=fake ! blipdecoder");
    harness.start();
    harness.push(kRed, 0);
    BufferPtr(gst_harness_pull(harness.video()));
    const auto least = [](GstPad* sink) {
      const QueryPtr query(gst_query_new_latency());
      EXPECT_TRUE(gst_pad_peer_query(sink, query.get()));
      GstClockTime value = 0;
      gst_query_parse_latency(query.get(), nullptr, &value, nullptr);
      return value / GST_MSECOND;
    };
    EXPECT_EQ(least(harness.text()->sinkpad), 700u);
    EXPECT_EQ(least(harness.video()->sinkpad), on_video);
  }
}

TEST_F(DecoderTest, AnOpenCueIsEndedWhenALiveSourceIsSilent) {
  CaptionHarness harness(Source::kLive, "cue-mode=coalesce max-age=600000000", kUtf8, kChain);
  harness.start();
  harness.push_span(kRed, 0, 500);
  EXPECT_TRUE(harness.text_record().wait_for("buffer 0-")) << "though no further frame comes";
}

TEST_F(DecoderTest, LinesAreBroken) {
  CaptionHarness harness(Source::kFile, "line-length=8", kUtf8, kChain);
  harness.start();
  harness.push_span(kRed, 0, 1000);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts(), Lines{"buffer 0-1000 a red\npicture"});
}

}  // namespace
}  // namespace blip::test
