// The whole program on an engine that says a picture's colour.
#include "pipelines/captioning/caption_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/pipelines/support/clips.h"
#include "tests/pipelines/support/gst_blip.h"
#include "tests/pipelines/support/scripted_engine.h"
#include "tests/support/json_lines.h"
#include "tests/support/png_writer.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using test::with_scripted_engine;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

std::string content(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// One second of red, then one of blue.
std::string red_blue_clip() {
  return test::kept_clip("talk.mp4", {});
}

class CaptionJob : public testing::Test {
 protected:
  std::string picture(const std::string& name, std::uint8_t r, std::uint8_t g, std::uint8_t b) {
    std::vector<std::uint8_t> pixels;
    for (int i = 0; i < 12; ++i) pixels.insert(pixels.end(), {r, g, b});
    test::write_png(directory_ / name, 4, 3, pixels);
    return directory_ / name;
  }
  std::vector<nlohmann::json> log() const { return test::read_json_lines(log_); }
  test::ProgramOptions logged() const { return with_scripted_engine({{"log", log_}}); }

  test::TempDir directory_;
  const std::string clip_ = red_blue_clip();
  const std::string log_ = directory_ / "log.jsonl";
};

TEST_F(CaptionJob, WritesTextWithTimes) {
  const auto result = test::run_caption({clip_}, with_scripted_engine());
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out,
            "00:00:00.000 --> 00:00:01.000  a red picture\n"
            "00:00:01.000 --> 00:00:02.000  a blue picture\n");
  EXPECT_EQ(result.err, "");
}

TEST_F(CaptionJob, WritesSubtitles) {
  EXPECT_EQ(test::run_caption({clip_, "--format", "srt"}, with_scripted_engine()).out,
            "1\n00:00:00,000 --> 00:00:01,000\na red picture\n\n"
            "2\n00:00:01,000 --> 00:00:02,000\na blue picture\n\n");
  EXPECT_EQ(test::run_caption({clip_, "--format", "vtt"}, with_scripted_engine()).out,
            "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\na red picture\n\n"
            "00:00:01.000 --> 00:00:02.000\na blue picture\n\n");
}

TEST_F(CaptionJob, WritesJsonWithTokenIdsOnlyWhenAsked) {
  const auto records = test::json_records(test::run_caption({clip_, "--format", "json"}, with_scripted_engine()));
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[1].at("source"), clip_);
  EXPECT_EQ(records[1].at("start"), 1.0);
  EXPECT_EQ(records[1].at("end"), 2.0);
  EXPECT_EQ(records[1].at("text"), "a blue picture");
  EXPECT_EQ(records[1].at("score"), -0.5);
  EXPECT_EQ(records[1].at("confidence"), 0.75);
  EXPECT_FALSE(records[1].contains("token_ids"));
  const auto with_ids =
      test::json_records(test::run_caption({clip_, "--format", "json", "--token-ids"}, with_scripted_engine()));
  EXPECT_EQ(with_ids.at(0).at("token_ids").get<std::vector<int>>(), (std::vector<int>{30522, 1, 102}));
}

TEST_F(CaptionJob, CaptionsStillPicturesAtTimeZero) {
  const auto result = test::run_caption({picture("a.png", 255, 0, 0), picture("b.png", 0, 0, 255), "--format", "json"},
                                        with_scripted_engine());
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto records = test::json_records(result);
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0].at("text"), "a red picture");
  EXPECT_EQ(records[1].at("text"), "a blue picture");
  for (const auto& record : records) {
    EXPECT_EQ(record.at("start"), 0);
    EXPECT_EQ(record.at("end"), 0);
  }
}

TEST_F(CaptionJob, CaptionsAPictureOfOnePixel) {
  test::write_png(directory_ / "dot.png", 1, 1, std::vector<std::uint8_t>{255, 255, 255});
  const auto result = test::run_caption({directory_ / "dot.png"}, with_scripted_engine());
  EXPECT_EQ(result.out, "a white picture\n");
  EXPECT_EQ(result.exit_code, 0) << result.err;
}

TEST_F(CaptionJob, ReportsADamagedPicture) {
  const std::string whole = picture("a.png", 255, 0, 0), cut = directory_ / "cut.png";
  std::filesystem::copy_file(whole, cut);
  std::filesystem::resize_file(cut, std::filesystem::file_size(cut) / 2);
  const auto result = test::run_caption({cut, whole}, with_scripted_engine());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.out, whole + ": a red picture\n");
  EXPECT_THAT(result.err_lines(), ElementsAre(HasSubstr("cut.png")));
}

TEST_F(CaptionJob, TakesFileNamesOfAnyBytes) {
  const std::string odd = directory_ / "caf\xE9 'a\" %s.png";
  std::filesystem::copy_file(picture("a.png", 255, 0, 0), odd);
  const auto result = test::run_caption({odd, "--format", "json"}, with_scripted_engine());
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(test::json_records(result).at(0).at("source").get<std::string>(),
              testing::EndsWith("caf\uFFFD 'a\" %s.png"));
}

TEST_F(CaptionJob, PassesEverySettingOn) {
  const auto result = test::run_caption({picture("a.png", 0, 0, 0),
                                         "--model",
                                         "M",
                                         "--vocab",
                                         "V",
                                         "--config",
                                         "C",
                                         "--device",
                                         "cpu",
                                         "--precision",
                                         "bfloat16",
                                         "--num-threads",
                                         "1",
                                         "--prompt",
                                         "",
                                         "--num-beams",
                                         "5",
                                         "--min-length",
                                         "2",
                                         "--max-length",
                                         "9",
                                         "--top-p",
                                         "0.5",
                                         "--top-k",
                                         "7",
                                         "--temperature",
                                         "0.25",
                                         "--seed",
                                         "11",
                                         "--repetition-penalty",
                                         "1.5",
                                         "--beam-scoring",
                                         "original"},
                                        logged());
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto lines = log();
  EXPECT_EQ(lines.at(0), nlohmann::json::parse(R"({"open":"M","vocab":"V","config":"C","device":"cpu",
                                                   "precision":"bfloat16","num_threads":1})"));
  const auto options = test::lines_with(log_, "prompt").at(0);
  EXPECT_EQ(options.at("prompt"), "");
  EXPECT_EQ(options.at("num_beams"), 5);
  EXPECT_EQ(options.at("min_length"), 2);
  EXPECT_EQ(options.at("max_length"), 9);
  EXPECT_EQ(options.at("sample"), true);
  EXPECT_EQ(options.at("top_p"), 0.5);
  EXPECT_EQ(options.at("top_k"), 7);
  EXPECT_EQ(options.at("temperature"), 0.25);
  EXPECT_EQ(options.at("seed"), 11);
  EXPECT_EQ(options.at("repetition_penalty"), 1.5);
  EXPECT_EQ(options.at("beam_scoring"), 1);
}

TEST_F(CaptionJob, SearchesWithTheOriginalsDefaults) {
  test::run_caption({picture("a.png", 0, 0, 0)}, logged());
  const auto options = test::lines_with(log_, "prompt").at(0);
  EXPECT_TRUE(options.at("prompt").is_null()) << "the model's own is left to it";
  EXPECT_EQ(options.at("length_penalty"), 1);
  EXPECT_EQ(options.at("num_beams"), 3);
  EXPECT_EQ(options.at("min_length"), 5);
  EXPECT_EQ(options.at("max_length"), 20);
  EXPECT_EQ(options.at("sample"), false);
  EXPECT_EQ(options.at("repetition_penalty"), 1);
}

TEST_F(CaptionJob, AnalysesAsManyPicturesAsAskedFor) {
  const auto analyses = [&](const std::string& fps) {
    std::filesystem::remove(log_);
    EXPECT_EQ(test::run_caption({clip_, "--fps", fps, "--gate", "off"}, logged()).exit_code, 0);
    return test::lines_with(log_, "prompt").size();
  };
  EXPECT_EQ(analyses("1"), 2u);
  EXPECT_EQ(analyses("2"), 4u);
  EXPECT_EQ(analyses("0"), 20u);
}

TEST_F(CaptionJob, ReportsABadFileAndGoesOn) {
  std::ofstream(directory_ / "notes.mp4") << "This is only text.\n";
  const auto result =
      test::run_caption({directory_ / "missing.mp4", clip_, directory_ / "notes.mp4", picture("b.png", 0, 0, 255)},
                        with_scripted_engine());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out_lines(), ElementsAre(clip_ + ": 00:00:00.000 --> 00:00:01.000  a red picture",
                                              clip_ + ": 00:00:01.000 --> 00:00:02.000  a blue picture",
                                              (directory_ / "b.png").string() + ": a blue picture"));
  EXPECT_THAT(result.err_lines(), ElementsAre(HasSubstr("missing.mp4: no such file"), HasSubstr("notes.mp4: ")));
}

TEST_F(CaptionJob, WritesAFileWhenItIsComplete) {
  const std::string output = directory_ / "talk.srt";
  const auto result = test::run_caption({clip_, "-o", output}, with_scripted_engine());
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(content(output), StartsWith("1\n00:00:00,000 --> 00:00:01,000\na red picture\n"));
  EXPECT_FALSE(std::filesystem::exists(output + ".part"));
}

TEST_F(CaptionJob, LeavesNoOutputBehindWhenEverythingFailed) {
  std::ofstream(directory_ / "notes.mp4") << "This is only text.\n";
  const std::string output = directory_ / "x.vtt";
  EXPECT_EQ(test::run_caption({directory_ / "notes.mp4", "-o", output}, with_scripted_engine()).exit_code, 1);
  EXPECT_FALSE(std::filesystem::exists(output));
  EXPECT_FALSE(std::filesystem::exists(output + ".part"));
}

TEST_F(CaptionJob, WritesOneFileEachIntoADirectory) {
  const std::string second = directory_ / "second.mp4";
  std::filesystem::copy_file(clip_, second);
  const auto result =
      test::run_caption({clip_, second, directory_ / "missing.mp4", "--format", "vtt", "-o", directory_ / "out/"},
                        with_scripted_engine());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(content(directory_ / "out/talk.vtt"), StartsWith("WEBVTT\n\n00:00:00.000"));
  EXPECT_EQ(content(directory_ / "out/talk.vtt"), content(directory_ / "out/second.vtt"));
  EXPECT_FALSE(std::filesystem::exists(directory_ / "out/missing.vtt"));
}

TEST_F(CaptionJob, SaysThatAStillPictureHasNoTimesForSubtitles) {
  const auto result = test::run_caption({picture("a.png", 0, 0, 0), "--format", "srt"}, with_scripted_engine());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err_lines(), ElementsAre(HasSubstr("a.png: a still picture has no times")));
}

TEST_F(CaptionJob, SaysWhenTheOutputCannotBeWritten) {
  const auto result = test::run_caption({clip_, "-o", directory_ / "missing/talk.srt"}, logged());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err_lines(), ElementsAre(HasSubstr("missing/talk.srt")));
  EXPECT_FALSE(std::filesystem::exists(log_)) << "the model was opened all the same";
}

TEST_F(CaptionJob, SaysWhenStandardOutputIsFull) {
  const auto result = test::run_program(
      {"sh", "-c", "exec \"$0\" caption \"$1\" >/dev/full", test::gst_blip_program(), clip_}, with_scripted_engine());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err_lines(), ElementsAre(HasSubstr("standard output")));
}

TEST_F(CaptionJob, StopsWithOneLineWhenTheModelCannotBeOpened) {
  const auto result = test::run_caption({clip_, clip_, "-o", directory_ / "x.jsonl"},
                                        with_scripted_engine({{"fail_open", "checkpoint 'M' has no weights"}}));
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.err, "gst-blip: checkpoint 'M' has no weights\n");
  EXPECT_FALSE(std::filesystem::exists(directory_ / "x.jsonl"));
}

TEST_F(CaptionJob, ShowsAWarningOfTheModelOnce) {
  const auto result = test::run_caption({clip_, clip_, picture("a.png", 0, 0, 0)},
                                        with_scripted_engine({{"warnings", {"12 heads, not 8"}}}));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, "gst-blip: warning: 12 heads, not 8\n");
}

TEST_F(CaptionJob, LeavesOutAPictureThatFailsWithAWarning) {
  const auto result = test::run_caption({clip_}, with_scripted_engine({{"fail_analyses", 1}}));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "00:00:01.000 --> 00:00:02.000  a blue picture\n");
  EXPECT_THAT(result.err_lines(), ElementsAre(HasSubstr("this picture is scripted to fail")));
}

TEST_F(CaptionJob, SaysThatASamplingOptionHasNoEffectOnASearch) {
  const auto result = test::run_caption({clip_, "--temperature", "0.5", "--seed", "1"}, with_scripted_engine());
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, "gst-blip: warning: --temperature, --seed without --top-p: nothing is sampled\n");
}

// A clip long enough that a program which does not stop is found out.
class CaptionJobOnALongClip : public CaptionJob {
 protected:
  static std::string long_clip() {
    test::ClipSpec spec;
    spec.colors = {"red", "blue", "red", "blue"};
    spec.seconds = 60;
    spec.fps = 25;
    spec.codec = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p";
    return test::kept_clip("long.mp4", spec);
  }
};

TEST_F(CaptionJobOnALongClip, ShowsProgressOnATerminal) {
  auto options = with_scripted_engine();
  options.terminal = true;
  const auto result = test::run_caption({long_clip(), "--fps", "0"}, options);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, HasSubstr("\r\x1b[Klong.mp4 ["));
  EXPECT_THAT(result.err, HasSubstr(" of 4:00, ETA 0:"));
  EXPECT_THAT(result.err, testing::EndsWith("\r\x1b[K"));  // nothing stays on the screen
  EXPECT_THAT(result.out_lines(), SizeIs(4));
}

TEST_F(CaptionJobOnALongClip, ClosesTheOpenCueAndFinishesTheFileWhenInterrupted) {
  const std::string output = directory_ / "talk.jsonl";
  const auto result = test::run_caption({"--gate", "off", long_clip(), long_clip(), "--fps", "0", "-o", output},
                                        with_scripted_engine({{"interrupt_at", 10}}));
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_EQ(result.err, "");
  const auto records = test::read_json_lines(output);
  EXPECT_EQ(records.front().at("text"), "a red picture");
  EXPECT_GE(records.back().at("end").get<double>(), 9 / 25.0);
  EXPECT_LT(records.back().at("end").get<double>(), 200);
  EXPECT_FALSE(std::filesystem::exists(output + ".part"));
}

TEST_F(CaptionJobOnALongClip, WritesTheOpenCueToStandardOutputWhenInterrupted) {
  const auto result = test::run_caption({"--gate", "off", long_clip(), "--fps", "0", "--format", "vtt"},
                                        with_scripted_engine({{"interrupt_at", 3}}));
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_THAT(result.out, StartsWith("WEBVTT\n\n00:00:00.000 --> 00:"));
  EXPECT_THAT(result.out, testing::EndsWith("\n\n"));
}

TEST_F(CaptionJobOnALongClip, TakesAnEchoForTheSameInterrupt) {
  const std::string output = directory_ / "talk.srt";
  const auto result = test::run_caption({"--gate", "off", long_clip(), "--fps", "0", "-o", output},
                                        with_scripted_engine({{"interrupt_at", 3}, {"echo", true}}));
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_THAT(content(output), StartsWith("1\n00:00:00,000 --> "));
}

TEST_F(CaptionJobOnALongClip, LeavesAtOnceWithTheSecondInterrupt) {
  const std::string output = directory_ / "talk.jsonl";
  const auto result =
      test::run_caption({clip_, "-o", output}, with_scripted_engine({{"interrupt_at", 1}, {"until_it_leaves", true}}));
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_FALSE(std::filesystem::exists(output));
}

}  // namespace
}  // namespace blip
