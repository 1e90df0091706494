// The commands on an index, through the program.
#include "pipelines/indexing/upkeep_commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/index/index_reader.h"
#include "core/index/index_writer.h"
#include "core/vision/jpeg_writer.h"
#include "tests/pipelines/support/gst_blip.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class UpkeepCommands : public testing::Test {
 protected:
  UpkeepCommands() {
    IndexWriter writer(index_);
    IndexModels models;
    models.embedder = "e";
    models.embedder_model = "/models/retrieval";
    models.embedding_size = 2;
    writer.set_models(models);
    for (const char* name : {"talks/a.mp4", "talks/b.mp4", "c.mkv"}) {
      const VideoWork work = writer.begin_video({directory_ / name, name, 5, 6}, "recipe");
      Segment segment;
      segment.end = 3'000'000'000;
      segment.embedding = {1, 0};
      segment.caption = "a red circle";
      RgbImage picture(8, 8);
      std::ranges::fill(picture.pixels, std::uint8_t{90});
      segment.thumbnail = encode_jpeg(picture);
      writer.add_segment(work, 0, segment);
      writer.set_size(work, {3'000'000'000, 64, 48});
      writer.finish_video(work);
    }
    const VideoWork failed = writer.begin_video({directory_ / "d.mp4", "d", 5, 6}, "recipe");
    writer.fail_video(failed, "damaged");
  }
  test::ProgramResult run(std::vector<std::string> arguments, bool with_index = true) const {
    arguments.insert(arguments.begin(), {test::gst_blip_program().string(), "index"});
    if (with_index) arguments.insert(arguments.end(), {"--index", index_});
    return test::run_program(arguments);
  }

  test::TempDir directory_;
  const std::string index_ = directory_ / "index.db";
};

TEST_F(UpkeepCommands, StatusCountsEverything) {
  const auto text = run({"status"});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("videos     4, 3 done, 1 failed\n"));
  EXPECT_THAT(text.out, HasSubstr("segments   3, 3 captions, 3 pictures, 0 with features\n"));
  const auto json = test::json_records(run({"status", "--format", "json"})).at(0);
  EXPECT_EQ(json.at("done"), 3);
  EXPECT_EQ(json.at("duration"), 9.0);
}

TEST_F(UpkeepCommands, ListNamesTheVideosThatFit) {
  EXPECT_THAT(run({"list"}).out_lines(), SizeIs(4));
  const auto talks = test::json_records(run({"list", "talks/*", "--format", "json"}));
  ASSERT_THAT(talks, SizeIs(2));
  EXPECT_EQ(talks[0].at("segments"), 1);
  EXPECT_THAT(run({"list", "--state", "failed"}).out_lines(), ElementsAre(HasSubstr("d.mp4: damaged")));
  EXPECT_THAT(run({"list", "none"}).out_lines(), IsEmpty());
}

TEST_F(UpkeepCommands, RemoveTakesPatternsAndNumbers) {
  const auto id = IndexReader(index_).video_at("c.mkv").value().id;
  const auto result = run({"remove", "talks/a.mp4", std::to_string(id)});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "removed 2 videos, 2 segments\n");
  EXPECT_EQ(IndexReader(index_).status().segments, 1);
  const auto unknown = run({"remove", "talks/a.mp4"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err_lines(), ElementsAre(HasSubstr("no video 'talks/a.mp4'")));
  EXPECT_EQ(run({"remove"}).exit_code, 2);
}

TEST_F(UpkeepCommands, RemoveMissingTakesThoseWhoseFilesAreGone) {
  fs::create_directories(directory_ / "talks");
  std::ofstream(directory_ / "talks/b.mp4") << "x";
  EXPECT_EQ(run({"remove", "--missing"}).out, "removed 3 videos, 2 segments\n");
  EXPECT_TRUE(IndexReader(index_).video_at("b.mp4").has_value());
}

TEST_F(UpkeepCommands, VerifyFindsDamage) {
  const auto sound = run({"verify"});
  EXPECT_EQ(sound.out, "sound: 4 videos, 3 segments\n") << sound.err;
  EXPECT_EQ(run({"verify", "--quick"}).exit_code, 0);
  {
    std::fstream file(index_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(4096 * 8, '\x5A');
  }
  const auto result = run({"verify"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("index.db"));
  EXPECT_EQ(result.out, "");
}

TEST_F(UpkeepCommands, CompactSaysWhatItFreed) {
  const auto result = run({"compact"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, testing::MatchesRegex("from [0-9]+ to [0-9]+ bytes\n"));
}

TEST_F(UpkeepCommands, MergeTakesWhatIsNotThere) {
  const std::string all = directory_ / "new/all.db";
  EXPECT_EQ(run({"merge", all, index_}, false).out, "took 3 videos; the index now has 3 videos, 3 segments\n");
  EXPECT_EQ(run({"merge", all, index_}, false).out, "took 0 videos; the index now has 3 videos, 3 segments\n");
  EXPECT_EQ(run({"merge", index_, index_}, false).exit_code, 2);
  EXPECT_THAT(run({"merge", all, directory_ / "none.db"}, false).err, HasSubstr("none.db"));
}

TEST_F(UpkeepCommands, AnIndexThatIsNotThereIsNotMade) {
  for (const char* command : {"status", "list", "verify", "compact"}) {
    const auto result =
        test::run_program({test::gst_blip_program(), "index", command, "--index", directory_ / "no.db"});
    EXPECT_EQ(result.exit_code, 1) << command;
    EXPECT_THAT(result.err, HasSubstr("gst-blip index add")) << command;
  }
  EXPECT_FALSE(fs::exists(directory_ / "no.db"));
}

}  // namespace
}  // namespace blip
