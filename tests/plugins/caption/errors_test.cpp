#include <cstdlib>

#include "tests/plugins/caption/element_harness.h"

namespace blip::test {
namespace {

using Errors = ElementTest;

void expect_error(GstMessage* message, GQuark domain, int code, const std::string& part) {
  ASSERT_NE(message, nullptr);
  GError* error = nullptr;
  gst_message_parse_error(message, &error, nullptr);
  EXPECT_TRUE(g_error_matches(error, domain, code)) << g_quark_to_string(error->domain) << " " << error->code;
  EXPECT_NE(std::string(error->message).find(part), std::string::npos) << error->message;
  g_error_free(error);
}

GstFlowReturn push_until_it_fails(CaptionHarness& harness) {
  GstFlowReturn flow = GST_FLOW_OK;
  for (int i = 0; i < 100'000 && flow == GST_FLOW_OK; ++i) {
    flow = harness.push(kRed, static_cast<GstClockTime>(i) * GST_SECOND);
    harness.drop_video();
  }
  return flow;
}

TEST_F(Errors, AMissingEngineIsNamedAndTheElementStaysInNull) {
  ::setenv("GST_BLIP_ENGINE", "/nowhere/engine.so", 1);
  const ElementPtr element(gst_element_factory_make("blipcaption", nullptr));
  gst_object_ref_sink(element.get());
  GstBus* bus = gst_bus_new();
  gst_element_set_bus(element.get(), bus);
  EXPECT_EQ(gst_element_set_state(element.get(), GST_STATE_READY), GST_STATE_CHANGE_FAILURE);
  GstMessage* message = gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR);
  expect_error(message, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND, "/nowhere/engine.so");
  gst_message_unref(message);
  fake_engine();
  ::setenv("GST_BLIP_ENGINE", BLIP_FAKE_ENGINE, 1);
  EXPECT_EQ(gst_element_set_state(element.get(), GST_STATE_READY), GST_STATE_CHANGE_SUCCESS);
  gst_element_set_state(element.get(), GST_STATE_NULL);
  gst_element_set_bus(element.get(), nullptr);
  gst_object_unref(bus);
}

TEST_F(Errors, AnEngineOfAnotherVersionIsRefused) {
  fake_engine().refuse_abi(true);
  const ElementPtr element(gst_element_factory_make("blipcaption", nullptr));
  gst_object_ref_sink(element.get());
  EXPECT_EQ(gst_element_set_state(element.get(), GST_STATE_READY), GST_STATE_CHANGE_FAILURE);
}

TEST_F(Errors, AModelThatDoesNotOpenStopsTheStreamWithTheEnginesWords) {
  const std::tuple<ErrorKind, GQuark, int> kCases[] = {
      {ErrorKind::kNotFound, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND},
      {ErrorKind::kInvalidData, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ},
      {ErrorKind::kUnsupported, GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_INIT},
      {ErrorKind::kInvalidArgument, GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS},
      {ErrorKind::kFailed, GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_FAILED}};
  for (const auto& [kind, domain, code] : kCases) {
    fake_engine().reset();
    fake_engine().fail_open(kind, "model.safetensors: 3 tensors missing");
    CaptionHarness harness(Source::kFile);
    harness.start();
    EXPECT_EQ(push_until_it_fails(harness), GST_FLOW_ERROR);
    expect_error(harness.wait_message(GST_MESSAGE_ERROR), domain, code, "model.safetensors: 3 tensors missing");
  }
}

TEST_F(Errors, WarningsOfTheModelArePostedOnceEach) {
  fake_engine().warn_on_open({"first", "second"});
  CaptionHarness harness(Source::kFile);
  harness.start();
  harness.push_span(kRed, 0, 3000);
  harness.push_eos();
  std::vector<std::string> warnings;
  for (GstMessage* message : harness.messages(GST_MESSAGE_WARNING)) warnings.push_back(message_text(message));
  EXPECT_EQ(warnings, (std::vector<std::string>{"first", "second"}));
}

TEST_F(Errors, OneFailedAnalysisIsAWarningAndAGap) {
  fake_engine().fail_next(1, ErrorKind::kFailed, "out of memory");
  CaptionHarness harness(Source::kFile);
  harness.start();
  harness.push_span(kRed, 0, 1000);
  while (harness.stat("failed") == 0) std::this_thread::yield();
  harness.push_span(kRed, 1000, 2000);
  EXPECT_TRUE(harness.push_eos());
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts(), (std::vector<std::string>{"gap 0-1000", "buffer 1000-2000 a red picture"}));
  const auto warnings = harness.messages(GST_MESSAGE_WARNING);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(message_text(warnings[0]).find("out of memory"), std::string::npos);
  EXPECT_EQ(harness.stat("failed"), 1u);
}

TEST_F(Errors, FiveInARowAreAnError) {
  fake_engine().fail_next(1000, ErrorKind::kFailed, "out of memory");
  CaptionHarness harness(Source::kFile);
  harness.start();
  EXPECT_EQ(push_until_it_fails(harness), GST_FLOW_ERROR);
  expect_error(harness.wait_message(GST_MESSAGE_ERROR), GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_FAILED, "out of memory");
  EXPECT_GE(fake_engine().begun(), 5u);
}

TEST_F(Errors, SettingsThatContradictEachOtherAreAnErrorAtOnce) {
  CaptionHarness harness(Source::kFile, "min-length=30 max-length=10");
  harness.start();
  EXPECT_EQ(push_until_it_fails(harness), GST_FLOW_ERROR);
  expect_error(harness.wait_message(GST_MESSAGE_ERROR), GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS, "min_length");
}

TEST_F(Errors, ABufferTooSmallForItsFrameIsAWarning) {
  CaptionHarness harness(Source::kFile);
  harness.start();
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, 10, nullptr);
  GST_BUFFER_PTS(buffer) = 0;
  EXPECT_EQ(gst_harness_push(harness.video(), buffer), GST_FLOW_OK);
  harness.push_span(kBlue, 1000, 2000);
  EXPECT_TRUE(harness.push_eos());
  EXPECT_EQ(harness.messages(GST_MESSAGE_WARNING).size(), 1u);
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts().back(), "buffer 1000-2000 a blue picture");
}

TEST_F(Errors, CapsThatAreNotOneOfTheFormatsAreRefused) {
  CaptionHarness harness(Source::kFile);
  const CapsPtr caps(gst_caps_from_string("video/x-raw,format=Y444,width=4,height=4,framerate=1/1"));
  GstQuery* query = gst_query_new_accept_caps(caps.get());
  gboolean accepted = TRUE;
  ASSERT_TRUE(gst_pad_peer_query(harness.video()->srcpad, query));
  gst_query_parse_accept_caps_result(query, &accepted);
  EXPECT_FALSE(accepted);
  gst_query_unref(query);
}

TEST_F(Errors, AfterAnErrorTheElementCanBeStartedAgain) {
  fake_engine().fail_open(ErrorKind::kNotFound, "no such model");
  CaptionHarness harness(Source::kFile);
  harness.start();
  EXPECT_EQ(push_until_it_fails(harness), GST_FLOW_ERROR);
  EXPECT_EQ(gst_element_set_state(harness.element(), GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
  fake_engine().reset();
  EXPECT_EQ(gst_element_set_state(harness.element(), GST_STATE_PLAYING), GST_STATE_CHANGE_SUCCESS);
}

}  // namespace
}  // namespace blip::test
