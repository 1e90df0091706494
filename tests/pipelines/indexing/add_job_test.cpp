// The whole program on an engine that says a picture's colour.
#include "pipelines/indexing/add_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "core/index/index_writer.h"
#include "core/vision/image_file.h"
#include "tests/pipelines/indexing/index_rows.h"
#include "tests/pipelines/support/clips.h"
#include "tests/pipelines/support/gst_blip.h"
#include "tests/pipelines/support/scripted_engine.h"
#include "tests/support/json_lines.h"
#include "tests/support/png_writer.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
using test::with_scripted_engine;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// A second of each colour.
std::string clip_of(const std::string& name, const std::vector<std::string>& colors) {
  test::ClipSpec spec;
  spec.colors = colors;
  return test::kept_clip("index-" + name + ".mp4", spec);
}

class AddJobTest : public testing::Test {
 protected:
  AddJobTest() { fs::create_directories(videos_); }

  std::string put(const std::string& name, const std::vector<std::string>& colors) {
    std::string kept;
    for (const std::string& color : colors) kept += (kept.empty() ? "" : "-") + color;
    const fs::path file = videos_ / name;
    fs::create_directories(file.parent_path());
    fs::copy_file(clip_of(kept, colors), file, fs::copy_options::overwrite_existing);
    return file;
  }
  test::ProgramResult run(std::vector<std::string> arguments, const nlohmann::json& script = nlohmann::json::object()) {
    auto with_log = script;
    with_log["log"] = log_;
    arguments.insert(arguments.begin(), {test::gst_blip_program().string(), "index"});
    arguments.insert(arguments.end(), {"--index", index_});
    return test::run_program(arguments, with_scripted_engine(with_log));
  }
  test::ProgramResult add(std::vector<std::string> more = {}, const nlohmann::json& script = nlohmann::json::object()) {
    more.insert(more.begin(), {"add", videos_.string()});
    return run(more, script);
  }
  std::vector<test::IndexedSegment> segments() const { return test::indexed_segments(index_, videos_); }
  std::vector<std::string> captions() const {
    std::vector<std::string> texts;
    for (const auto& segment : segments()) texts.push_back(segment.path + " " + segment.caption);
    return texts;
  }
  std::size_t analysed() {
    const auto count = test::lines_with(log_, "prompt").size();
    fs::remove(log_);
    return count;
  }
  VideoRow video(const std::string& name) const { return IndexReader(index_).video_at(name).value(); }

  test::TempDir directory_;
  const fs::path videos_ = fs::canonical(directory_.path()) / "videos";
  const std::string index_ = directory_ / "data/index.db";
  const std::string log_ = directory_ / "log.jsonl";
};

TEST_F(AddJobTest, EveryShotBecomesASegment) {
  put("a.mp4", {"red", "blue"});
  put("inner/b.mp4", {"green"});
  const auto result = add();
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "2 videos: 2 indexed; 3 segments, 0 repeated frames skipped\n");
  EXPECT_EQ(result.err, "");
  const auto found = segments();
  ASSERT_THAT(found, SizeIs(3));
  EXPECT_EQ(found[0].path, "a.mp4");
  EXPECT_EQ(found[0].start, 0);
  EXPECT_EQ(found[0].end, 1'000'000'000);
  EXPECT_EQ(found[0].frame_time, 400'000'000);
  EXPECT_EQ(found[0].caption, "a red picture");
  EXPECT_EQ(found[1].caption, "a blue picture");
  EXPECT_EQ(found[1].end, 2'000'000'000);
  EXPECT_EQ(found[2].path, "inner/b.mp4");
  EXPECT_EQ(found[2].caption, "a green picture");
  // Its scores are 1 for the colour and 0 for all others; its features spell the colour.
  EXPECT_EQ(std::ranges::count(found[0].embedding, 1.0F), 1);
  EXPECT_THAT(found[0].features, SizeIs(testing::Gt(2u)));
  EXPECT_TRUE(found[0].thumbnail.starts_with("\xFF\xD8"));
  EXPECT_EQ(video("a.mp4").size.width, 64);
  EXPECT_EQ(video("a.mp4").size.duration, 2'000'000'000);
  EXPECT_THAT(IndexReader(index_).verify(true).problems, IsEmpty());
}

TEST_F(AddJobTest, ASecondRunLooksAtWhatIsNewOnly) {
  put("a.mp4", {"red", "blue"});
  add();
  EXPECT_EQ(analysed(), 2u);
  put("b.mp4", {"green"});
  EXPECT_EQ(add().out, "2 videos: 1 indexed, 1 unchanged; 1 segment, 0 repeated frames skipped\n");
  EXPECT_EQ(analysed(), 1u);
  EXPECT_EQ(add({"--renew"}).out, "2 videos: 2 indexed; 3 segments, 0 repeated frames skipped\n");
  EXPECT_EQ(analysed(), 3u);
}

TEST_F(AddJobTest, RepeatedFramesAreSkipped) {
  put("a.mp4", {"red", "red", "red", "blue"});
  EXPECT_EQ(add({"--interval", "1s"}).out, "1 video: 1 indexed; 2 segments, 2 repeated frames skipped\n");
  EXPECT_EQ(segments().at(0).end, 3'000'000'000);
  EXPECT_EQ(add({"--interval", "1s", "--gate", "off"}).out,
            "1 video: 1 indexed; 4 segments, 0 repeated frames skipped\n")
      << "other settings make other segments";
}

TEST_F(AddJobTest, AChangedFileIsIndexedAnewAndAMovedOneIsKnown) {
  put("a.mp4", {"red", "blue"});
  put("b.mp4", {"green"});
  add();
  analysed();
  put("a.mp4", {"yellow"});
  fs::create_directories(videos_ / "elsewhere");
  fs::rename(videos_ / "b.mp4", videos_ / "elsewhere/c.mp4");
  EXPECT_EQ(add().out, "2 videos: 1 indexed, 1 moved; 1 segment, 0 repeated frames skipped\n");
  EXPECT_EQ(analysed(), 1u);
  EXPECT_THAT(captions(), ElementsAre("a.mp4 a yellow picture", "elsewhere/c.mp4 a green picture"));
}

TEST_F(AddJobTest, WhileAChangedFileIsReadTheOldSegmentsAnswer) {
  put("a.mp4", {"red", "blue"});
  add();
  put("a.mp4", {"green", "yellow"});
  const auto result = add({}, {{"fail_analyses", 3}});  // both frames, together and then each by itself
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(captions(), ElementsAre("a.mp4 a red picture", "a.mp4 a blue picture"));
  EXPECT_EQ(add().exit_code, 0);
  EXPECT_THAT(captions(), ElementsAre("a.mp4 a green picture", "a.mp4 a yellow picture"));
}

TEST_F(AddJobTest, AStillPictureIsOneSegment) {
  std::vector<std::uint8_t> pixels;
  for (int i = 0; i < 12; ++i) pixels.insert(pixels.end(), {0, 0, 255});
  test::write_png(videos_ / "a.png", 4, 3, pixels);
  EXPECT_EQ(add().out, "1 video: 1 indexed; 1 segment, 0 repeated frames skipped\n");
  EXPECT_EQ(segments().at(0).caption, "a blue picture");
  EXPECT_EQ(segments().at(0).end, 0);
  EXPECT_EQ(video("a.png").size.width, 4);
}

TEST_F(AddJobTest, SubtitlesGoWithTheirSegments) {
  put("a.mp4", {"red", "blue"});
  std::ofstream(videos_ / "a.srt")
      << "1\n00:00:00,200 --> 00:00:00,800\nHello.\n\n2\n00:00:00,900 --> 00:00:01,500\nThere.\n";
  add();
  EXPECT_EQ(segments().at(0).subtitle, "Hello. There.");
  EXPECT_EQ(segments().at(1).subtitle, "There.");
  std::ofstream(videos_ / "a.srt") << "1\n00:00:00,200 --> 00:00:00,800\nGoodbye.\n";
  EXPECT_THAT(add().out, HasSubstr("1 indexed")) << "they count as part of the video";
  EXPECT_EQ(segments().at(0).subtitle, "Goodbye.");
}

TEST_F(AddJobTest, AFileThatCannotBeReadIsAFailedVideoAndTheOthersGoOn) {
  put("a.mp4", {"red"});
  std::ofstream(videos_ / "b.mp4") << "This is only text.\n";
  std::ofstream(videos_ / "c.mp4").flush();
  put("d.mp4", {"blue"});
  fs::resize_file(videos_ / "d.mp4", 400);
  const auto result = add({directory_ / "none.mp4"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.out, "4 videos: 1 indexed, 3 failed; 1 segment, 0 repeated frames skipped\n");
  EXPECT_THAT(result.err_lines(),
              testing::UnorderedElementsAre(HasSubstr("none.mp4: no such file"),
                                            HasSubstr("b.mp4: the content is no kind of video"),
                                            HasSubstr("c.mp4: the file is empty"), HasSubstr("d.mp4: ")));
  EXPECT_EQ(video("b.mp4").state, VideoState::kFailed);
  EXPECT_THAT(video("c.mp4").error, HasSubstr("empty"));
  put("b.mp4", {"green"});
  put("c.mp4", {"green"});
  fs::remove(videos_ / "d.mp4");
  EXPECT_EQ(add().exit_code, 0) << "repaired files are taken";
  EXPECT_EQ(video("c.mp4").state, VideoState::kDone);
}

TEST_F(AddJobTest, ADoneVideoThatCannotBeReadForNowKeepsItsSegments) {
  if (geteuid() == 0) GTEST_SKIP() << "root reads everything";
  put("a.mp4", {"red"});
  add();
  fs::permissions(videos_ / "a.mp4", fs::perms::none);
  EXPECT_EQ(add().exit_code, 1);
  EXPECT_THAT(captions(), ElementsAre("a.mp4 a red picture"));
  fs::permissions(videos_ / "a.mp4", fs::perms::owner_all);
  EXPECT_EQ(add().out, "1 video: 1 unchanged; 0 segments, 0 repeated frames skipped\n");
}

TEST_F(AddJobTest, AfterAFailureTheNextRunGoesOnBehindIt) {
  put("a.mp4", {"red", "blue", "green", "yellow"});
  // Frames that fail together are tried again one by one.
  const auto result = add({}, {{"fail_analyses", 5}});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err_lines(),
              testing::Contains(HasSubstr("a.mp4: the frame at 00:00:00.400 could not be analysed")));
  analysed();
  const auto again = test::json_records(add({"--format", "json"})).at(0);
  EXPECT_EQ(again.at("state"), "indexed");
  EXPECT_EQ(again.at("segments"), 4);
  EXPECT_THAT(captions(), SizeIs(4));
}

TEST_F(AddJobTest, InterruptedItStoresWhatIsInFlightAndGoesOnLater) {
  put("a.mp4", {"red", "blue", "green", "yellow", "red", "blue", "green", "yellow"});
  put("b.mp4", {"green"});
  const auto result = add({"--jobs", "1"}, {{"interrupt_at", 2}});
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_THAT(result.err, HasSubstr("the same command goes on"));
  EXPECT_THAT(result.out, HasSubstr("interrupted"));
  const std::size_t before = analysed();
  EXPECT_EQ(segments().size(), before) << "what was analysed is stored";
  EXPECT_EQ(video("b.mp4").state, VideoState::kWaiting);
  EXPECT_EQ(add().exit_code, 0);
  EXPECT_EQ(before + analysed(), 9u) << "nothing twice";
  EXPECT_THAT(segments(), SizeIs(9));
}

TEST_F(AddJobTest, PartsThatAreMergedEqualOneRun) {
  for (int i = 0; i < 6; ++i)
    put("v" + std::to_string(i) + ".mp4",
        i % 2 == 0 ? std::vector<std::string>{"red", "blue"} : std::vector<std::string>{"green"});
  add();
  const auto whole = segments();
  std::vector<std::string> merge{test::gst_blip_program().string(), "index", "merge", directory_ / "all.db"};
  for (const char* part : {"1/2", "2/2"}) {
    const std::string name = directory_ / (std::string("part") + part[0] + ".db");
    test::run_program({test::gst_blip_program(), "index", "add", videos_, "--shard", part, "--index", name},
                      with_scripted_engine());
    EXPECT_LT(test::indexed_segments(name, videos_).size(), whole.size());
    merge.push_back(name);
  }
  const auto result = test::run_program(merge);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "took 6 videos; the index now has 6 videos, 9 segments\n");
  EXPECT_EQ(test::indexed_segments(directory_ / "all.db", videos_), whole);
}

TEST_F(AddJobTest, SaysWhoHoldsALockedIndex) {
  put("a.mp4", {"red"});
  fs::create_directories(fs::path(index_).parent_path());
  const IndexWriter other(index_);
  const auto result = add();
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err_lines(),
              ElementsAre(testing::AllOf(HasSubstr("index.db"), HasSubstr(std::to_string(getpid())))));
}

TEST_F(AddJobTest, ThereIsOneLineWhenTheModelCannotBeOpened) {
  put("a.mp4", {"red"});
  const auto result = add({}, {{"fail_open", "checkpoint 'M' has no weights"}});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.err, "gst-blip: checkpoint 'M' has no weights\n");
}

TEST_F(AddJobTest, SaysWhichModelLacksWhat) {
  put("a.mp4", {"red"});
  EXPECT_THAT(add({"--model", "M"}, {{"layout", "captioner"}}).err,
              HasSubstr("'M' is a captioner checkpoint, which makes no embeddings"));
  EXPECT_THAT(add({"--model", "M"}, {{"layout", "matcher"}}).err, HasSubstr("--no-captions"));
  EXPECT_EQ(add({"--model", "M", "--no-captions"}, {{"layout", "matcher"}}).exit_code, 0);
  EXPECT_EQ(segments().at(0).caption, "");
}

TEST_F(AddJobTest, OneModelForBothEncodesAFrameOnce) {
  put("a.mp4", {"red", "blue"});
  EXPECT_EQ(add({"--model", "M"}).exit_code, 0);
  EXPECT_EQ(test::lines_with(log_, "width").size(), 2u);
  EXPECT_THAT(captions(), ElementsAre("a.mp4 a red picture", "a.mp4 a blue picture"));
}

TEST_F(AddJobTest, TheNextRunTakesTheModelsOfTheIndex) {
  put("a.mp4", {"red"});
  add({"--model", "M", "--caption-model", "C"});
  analysed();
  put("b.mp4", {"blue"});
  add();
  std::vector<std::string> opened;
  for (const auto& line : test::lines_with(log_, "load")) opened.push_back(line.at("load"));
  EXPECT_THAT(opened, testing::UnorderedElementsAre("M", "C"));
}

TEST_F(AddJobTest, WrongUsageIsToldApart) {
  put("a.mp4", {"red"});
  EXPECT_EQ(add({"--shard", "3/2"}).exit_code, 2);
  EXPECT_EQ(add({"--interval", "0"}).exit_code, 2);
  EXPECT_EQ(run({"add"}).exit_code, 2);
  EXPECT_EQ(run({"add", videos_ / "a.mp4", "--watch"}).exit_code, 2);
  EXPECT_EQ(run({}).exit_code, 2);
}

TEST_F(AddJobTest, WatchesFoldersUntilInterrupted) {
  put("a.mp4", {"red"});
  const std::string later = clip_of("green", {"green"});
  auto options = with_scripted_engine();
  int lines = 0;
  options.on_output = [&](const std::string& out, int process) {
    for (const int now = static_cast<int>(std::ranges::count(out, '\n')); lines < now;) {
      ++lines;
      if (lines == 1) fs::copy_file(later, videos_ / "b.mp4");
      if (lines == 2) {
        fs::create_directories(videos_ / "new");
        fs::rename(videos_ / "b.mp4", videos_ / "new/c.mp4");
      }
      if (lines == 3) kill(process, SIGINT);
    }
  };
  const auto result = test::run_program(
      {test::gst_blip_program(), "index", "add", videos_, "--watch", "--prune", "--format", "json", "--index", index_},
      options);
  EXPECT_EQ(result.exit_code, 130) << result.err;
  std::vector<std::string> states;
  for (const auto& line : test::json_records(result))
    states.push_back(fs::path(line.at("path").get<std::string>()).filename().string() + " " +
                     line.at("state").get<std::string>());
  EXPECT_THAT(states, ElementsAre("a.mp4 indexed", "b.mp4 indexed", "c.mp4 moved"));
  EXPECT_THAT(captions(), ElementsAre("a.mp4 a red picture", "new/c.mp4 a green picture"));
}

TEST_F(AddJobTest, ALiveStreamIsKeptAsFarBackAsAskedAndGoesOn) {
  const std::string url = "videotestsrc://red?fps=20&size=64x48&frames=60";
  const auto first = run({"add", url, "--interval", "500ms", "--gate", "off", "--keep", "1s"});
  EXPECT_EQ(first.exit_code, 1) << "a stream that ends by itself is worth a word";
  EXPECT_THAT(first.err_lines(), ElementsAre(HasSubstr("the stream has ended")));
  const IndexReader reader(index_);
  const auto id = reader.video_at(url).value().id;
  const auto before = reader.segments(id);
  ASSERT_THAT(before, SizeIs(testing::AllOf(testing::Ge(2u), testing::Le(4u))));
  EXPECT_GE(before.front().end, before.back().end - 1'000'000'000);
  EXPECT_EQ(before.front().caption, "a red picture");
  run({"add", url, "--interval", "500ms", "--gate", "off"});
  const auto after = reader.segments(id);
  EXPECT_GT(after.size(), before.size());
  EXPECT_GE(after.back().start, before.back().end);
}

}  // namespace
}  // namespace blip
