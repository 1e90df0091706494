#include <gst/gst.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "plugins/support/gst_handles.h"
#include "tests/support/fake_engine/fake_engine.h"
#include "tests/support/json_lines.h"
#include "tests/support/temp_dir.h"

namespace blip::test {
namespace {

class Meta2JsonPipeline : public ::testing::Test {
 protected:
  void SetUp() override { fake_engine().reset(); }

  // The records that four seconds of red video give behind `elements`.
  std::vector<nlohmann::json> run(const std::string& elements) {
    const std::string file = out_ / "out.jsonl";
    const std::string line =
        "videotestsrc pattern=red num-buffers=40 ! video/x-raw,format=I420,width=64,height=48,framerate=10/1 ! " +
        elements + " ! filesink location=" + file;
    GError* error = nullptr;
    GstElement* pipeline = gst_parse_launch_full(line.c_str(), nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &error);
    if (pipeline == nullptr) throw std::runtime_error(error->message);
    GstBus* bus = gst_element_get_bus(pipeline);
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    GstMessage* message = gst_bus_timed_pop_filtered(bus, 30 * GST_SECOND,
                                                     static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
    EXPECT_TRUE(message != nullptr && GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) << line;
    if (message != nullptr) gst_message_unref(message);
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(bus);
    gst_object_unref(pipeline);
    return read_json_lines(file);
  }

  TempDir out_;
};

TEST_F(Meta2JsonPipeline, IndexesWhatTheEncoderFound) {
  const auto records =
      run("blipencoder model=fake attach=exact source-label=cam queries=\"a red car;a blue car\" ! "
          "blipmeta2json embeddings=true");
  ASSERT_EQ(records.size(), 4u) << "one a second";
  for (std::size_t second = 0; second < records.size(); ++second) {
    const auto& record = records[second];
    EXPECT_EQ(record["kind"], "itc");
    EXPECT_EQ(record["source"], "cam");
    EXPECT_EQ(record["start"], static_cast<double>(second));
    EXPECT_EQ(record["end"], static_cast<double>(second + 1));
    EXPECT_FALSE(record["embedding"].empty());
    ASSERT_EQ(record["scores"].size(), 2u);
    EXPECT_EQ(record["scores"][0]["query"], "a red car");
    EXPECT_GT(record["scores"][0]["score"], record["scores"][1]["score"]);
  }
}

TEST_F(Meta2JsonPipeline, WritesAllThatTheFamilyFindsBehindStockElements) {
  const auto records =
      run("blipencoder model=fake attach=exact ! queue ! blipfilter model=fake attach=exact queries=\"a red car\" ! "
          "videoconvert ! video/x-raw,format=NV12 ! blipdecoder model=fake attach=exact ! videoscale ! "
          "video/x-raw,width=32,height=24 ! blipmeta2json");
  std::map<std::string, int> kinds;
  for (const auto& record : records) {
    ++kinds[record["kind"]];
    EXPECT_TRUE(record["kind"] != "text" || record["text"] == "a red picture");
    EXPECT_TRUE(record["kind"] != "itm" || record["scores"][0]["matched"] == true);
  }
  EXPECT_EQ(kinds, (std::map<std::string, int>{{"itc", 4}, {"itm", 4}, {"text", 4}}));
}

}  // namespace
}  // namespace blip::test
