#include <gst/app/gstappsink.h>
#include <gst/video/video.h>

#include <nlohmann/json.hpp>

#include "tests/plugins/caption/pipeline_run.h"
#include "tests/plugins/caption/subtitle_files.h"
#include "tests/support/temp_dir.h"

namespace blip::test {
namespace {

using Texts = std::vector<TimedText>;

// Stock elements behind the text pad, their output read back.
class Consumers : public ElementTest {
 protected:
  std::string file(const std::string& name) const { return (folder_ / name).string(); }
  TempDir folder_;
};

TEST_F(Consumers, Srtenc) {
  fake_engine().script({"a dog", "a <cat> & co --> here\n\nthere", "", "a bird"});
  const auto pipeline = parse_pipeline(
      black_video(4) + "! blipcaption gate=off name=c ! fakesink c.text ! srtenc ! filesink location=" + file("o.srt"));
  ASSERT_EQ(play(pipeline.get()), "");
  EXPECT_EQ(read_srt(file("o.srt")),
            (Texts{{0, 1000, "a dog"}, {1000, 2000, "a <cat> & co \xe2\x86\x92 here there"}, {3000, 4000, "a bird"}}));
}

TEST_F(Consumers, SrtencOfCoalescedCues) {
  fake_engine().script({"a", "a", "b", "b", "b"});
  const auto pipeline =
      parse_pipeline(black_video(5) +
                     "! blipcaption gate=off name=c cue-mode=coalesce ! fakesink c.text ! srtenc ! filesink location=" +
                     file("o.srt"));
  ASSERT_EQ(play(pipeline.get()), "");
  EXPECT_EQ(read_srt(file("o.srt")), (Texts{{0, 2000, "a"}, {2000, 5000, "b"}}));
}

TEST_F(Consumers, Webvttenc) {
  fake_engine().script({"a dog", "a --> b", "a bird"});
  const auto pipeline = parse_pipeline(
      black_video(3) +
      "! blipcaption gate=off name=c ! fakesink c.text ! webvttenc ! filesink location=" + file("o.vtt"));
  ASSERT_EQ(play(pipeline.get()), "");
  EXPECT_EQ(read_webvtt(file("o.vtt")),
            (Texts{{0, 1000, "a dog"}, {1000, 2000, "a \xe2\x86\x92 b"}, {2000, 3000, "a bird"}}));
}

// For each frame that leaves the overlay, whether something was drawn on the black.
std::vector<bool> drawn(const std::string& line) {
  const ElementPtr pipeline = parse_pipeline(line);
  const ElementPtr sink(gst_bin_get_by_name(GST_BIN(pipeline.get()), "v"));
  const PadPtr pad(gst_element_get_static_pad(sink.get(), "sink"));
  std::vector<bool> frames;
  const auto probe = [](GstPad*, GstPadProbeInfo* info, gpointer data) {
    GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
    GstMapInfo map;
    gst_buffer_map(buffer, &map, GST_MAP_READ);
    guint8 brightest = 0;
    for (gsize i = 0; i < 320 * 240; ++i) brightest = std::max(brightest, map.data[i]);
    gst_buffer_unmap(buffer, &map);
    static_cast<std::vector<bool>*>(data)->push_back(brightest > 100);
    return GST_PAD_PROBE_OK;
  };
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, probe, &frames, nullptr);
  EXPECT_EQ(play(pipeline.get()), "");
  return frames;
}

std::vector<bool> seconds_drawn(std::initializer_list<bool> seconds) {
  std::vector<bool> frames;
  for (const bool second : seconds) frames.insert(frames.end(), 10, second);
  return frames;
}

std::string overlay_line(const std::string& caption, const std::string& overlay) {
  return black_video(4) + "! blipcaption gate=off name=c " + caption + " ! textoverlay name=o " + overlay +
         " ! video/x-raw,format=I420 ! fakesink name=v c.text ! queue ! o.text_sink";
}

TEST_F(Consumers, TextoverlayThatWaitsDrawsEachCueOnItsFrames) {
  fake_engine().script({"dog", "", "bird", ""});
  EXPECT_EQ(drawn(overlay_line("", "wait-text=true")), seconds_drawn({true, false, true, false}));
}

TEST_F(Consumers, TextoverlayThatWaitsIsNotDeadlockedByCoalescing) {
  fake_engine().script({"dog", "dog", "", "bird"});
  EXPECT_EQ(drawn(overlay_line("cue-mode=coalesce", "wait-text=true")), seconds_drawn({true, true, false, true}));
}

TEST_F(Consumers, TextoverlayThatDoesNotWaitLetsEveryFrameThrough) {
  EXPECT_EQ(drawn(overlay_line("", "wait-text=false")).size(), 40u);
}

class Muxers : public Consumers, public ::testing::WithParamInterface<const char*> {
 protected:
  std::string muxer_line(const std::string& mode) const {
    const std::string muxer = std::string(GetParam()) == "matroska" ? "matroskamux" : "mp4mux";
    return black_video(6) + "! blipcaption gate=off name=c cue-mode=" + mode + " ! openh264enc ! h264parse ! " +
           video_queue() + "m.video_0 c.text ! queue ! m.subtitle_0 " + muxer +
           " name=m ! filesink location=" + file("o");
  }
  // matroskamux goes on with what the text pad says of its position; mp4mux holds the video back until the next cue
  // comes.
  static std::string video_queue() {
    const bool waits = std::string(GetParam()) == "mp4";
    return waits ? "queue max-size-time=0 max-size-bytes=0 max-size-buffers=0 ! " : "";
  }
  Texts subtitles() const {
    const std::string demuxer = std::string(GetParam()) == "matroska" ? "matroskademux" : "qtdemux";
    return texts_at("filesrc location=" + file("o") + " ! " + demuxer +
                        " name=d d.subtitle_0 ! queue ! fakesink name=t d.video_0 ! queue ! fakesink",
                    "t");
  }
};

TEST_P(Muxers, KeepTextsAndTimes) {
  fake_engine().script({"one", "two", "", "four", "five", "six"});
  const auto pipeline = parse_pipeline(muxer_line("immediate"));
  ASSERT_EQ(play(pipeline.get()), "");
  EXPECT_EQ(
      subtitles(),
      (Texts{{0, 1000, "one"}, {1000, 2000, "two"}, {3000, 4000, "four"}, {4000, 5000, "five"}, {5000, 6000, "six"}}));
}

TEST_P(Muxers, AreNotDeadlockedByCoalescing) {
  fake_engine().script({"one", "one", "", "four", "four", "four"});
  const auto pipeline = parse_pipeline(muxer_line("coalesce"));
  ASSERT_EQ(play(pipeline.get()), "");
  // A muxer that waits for the text gets a cue in pieces; together they are the cues.
  Texts joined;
  for (const TimedText& piece : subtitles()) {
    if (!joined.empty() && joined.back().text == piece.text && joined.back().end == piece.start) {
      joined.back().end = piece.end;
    } else {
      joined.push_back(piece);
    }
  }
  EXPECT_EQ(joined, (Texts{{0, 2000, "one"}, {3000, 6000, "four"}}));
}

INSTANTIATE_TEST_SUITE_P(Stock, Muxers, ::testing::Values("matroska", "mp4"),
                         [](const auto& muxer) { return std::string(muxer.param); });

TEST_F(Consumers, JsonLinesInAnApplication) {
  fake_engine().script({"a", "b"});
  const auto pipeline =
      parse_pipeline(black_video(2) +
                     "! blipcaption gate=off name=c source-label=x ! fakesink c.text ! application/x-json ! "
                     "appsink name=t max-buffers=1 sync=false");
  const ElementPtr sink(gst_bin_get_by_name(GST_BIN(pipeline.get()), "t"));
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  std::vector<nlohmann::json> records;
  while (GstSample* sample = gst_app_sink_pull_sample(GST_APP_SINK(sink.get()))) {
    records.push_back(nlohmann::json::parse(text_of(gst_sample_get_buffer(sample))));
    gst_sample_unref(sample);
  }
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[1]["source"], "x");
  EXPECT_EQ(records[1]["text"], "b");
  EXPECT_EQ(records[1]["start"], 1.0);
  EXPECT_EQ(records[1]["end"], 2.0);
}

TEST_F(Consumers, ASeekInAPlayingPipelineStartsTheTextAnew) {
  const auto pipeline = parse_pipeline(
      "videotestsrc pattern=red num-buffers=100 ! video/x-raw,format=I420,width=32,height=24,framerate=10/1 ! "
      "blipcaption name=c ! fakesink sync=false c.text ! fakesink name=t sync=false");
  const ElementPtr sink(gst_bin_get_by_name(GST_BIN(pipeline.get()), "t"));
  const PadPtr pad(gst_element_get_static_pad(sink.get(), "sink"));
  PadRecord record(pad.get());
  gst_element_set_state(pipeline.get(), GST_STATE_PAUSED);
  ASSERT_EQ(gst_element_get_state(pipeline.get(), nullptr, nullptr, 10 * GST_SECOND), GST_STATE_CHANGE_SUCCESS);
  const auto flags = static_cast<GstSeekFlags>(GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE);
  ASSERT_TRUE(gst_element_seek(pipeline.get(), 1.0, GST_FORMAT_TIME, flags, GST_SEEK_TYPE_SET, 3300 * GST_MSECOND,
                               GST_SEEK_TYPE_SET, 5 * GST_SECOND));
  EXPECT_EQ(play(pipeline.get()), "");
  const auto lines = record.lines();
  const auto stop = std::find(lines.rbegin(), lines.rend(), "flush-stop").base();
  std::vector<std::string> after;
  for (auto line = stop; line != lines.end(); ++line) {
    if (line->starts_with("buffer")) after.push_back(*line);
  }
  EXPECT_EQ(after, (std::vector<std::string>{"buffer 3300-4000 a red picture", "buffer 4000-5000 a red picture"}));
}

}  // namespace
}  // namespace blip::test
