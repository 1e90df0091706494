#include "training/eval/synth_set.h"

#include <gtest/gtest.h>

#include <fstream>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"
#include "training/synth/synth_run.h"
#include "training/synth/truth.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

// One clip and three stills, rendered once.
class SynthSetTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new test::TempDir;
    synth::SynthOptions options;
    options.output = *folder_ / "world";
    options.clips = options.stills = options.val_clips = 0;
    options.val_stills = 3;
    options.test_clips = 1;
    run_synth(options);
  }
  static void TearDownTestSuite() { delete folder_; }
  static fs::path part(const std::string& name) { return *folder_ / "world" / name; }

  static inline test::TempDir* folder_ = nullptr;
};

TEST_F(SynthSetTest, ClipsBecomeShotsWithTheirMiddleFrames) {
  const SynthSet set = read_synth_set(part("test"));
  ASSERT_EQ(set.clips.size(), 1U);
  EXPECT_TRUE(set.stills.empty());
  const SynthClip& clip = set.clips[0];
  EXPECT_EQ(clip.frames.size(), kClipFrames);
  EXPECT_EQ(clip.shots.size(), set.shots.size());
  EXPECT_GE(set.shots.size(), 2U);
  EXPECT_FALSE(clip.questions.empty());
  for (const SynthPicture& shot : set.shots) {
    EXPECT_EQ(shot.image.width, clip.frames[0].width);
    EXPECT_TRUE(synth::judge(shot.captions.front(), shot.facts).names_all) << shot.captions.front();
    EXPECT_FALSE(synth::judge(shot.wrong_caption, shot.facts).is_true) << shot.wrong_caption;
  }
}

TEST_F(SynthSetTest, StillsComeWithTheirTruthAndCanBeLimited) {
  const SynthSet set = read_synth_set(part("val"));
  ASSERT_EQ(set.stills.size(), 3U);
  for (const SynthPicture& still : set.stills) {
    EXPECT_GT(still.image.width, 0);
    EXPECT_FALSE(still.questions.empty());
    EXPECT_TRUE(synth::judge(still.captions.front(), still.facts).names_all);
  }
  EXPECT_EQ(read_synth_set(part("val"), 2).stills.size(), 2U);
}

TEST_F(SynthSetTest, OfAWholeWorldTestComesBeforeVal) {
  const SynthSet set = read_synth_set(*folder_ / "world");
  EXPECT_EQ(set.clips.size(), 1U);   // of test
  EXPECT_EQ(set.stills.size(), 3U);  // of val, as test has none
}

TEST_F(SynthSetTest, AFolderWithNeitherIsNotFound) {
  const test::TempDir empty;
  for (const fs::path& folder : {*folder_ / "nowhere", empty.path()}) {
    try {
      read_synth_set(folder);
      FAIL() << folder;
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::kNotFound);
      EXPECT_NE(std::string(e.what()).find(folder.string()), std::string::npos);
    }
  }
}

TEST_F(SynthSetTest, BadAnnotationsAreNamed) {
  const std::string clip = (part("test") / "clips" / "00000.mp4").string();
  const std::string shot =
      R"("shots": [{"first_frame": 0, "frames": 2, "background": "dark", "shapes": [], "captions": ["a red ring"],
         "wrong_caption": "a", "wrong_kind": "other scene"}])";
  const auto with = [&](const std::string& frames, const std::string& shots) {
    return R"({"clips": [{"file": ")" + clip + R"(", "caption": "c", "frames": )" + frames + ", " + shots + "}]}";
  };
  for (const std::string& text : {std::string("no json"), std::string("[]"), std::string(R"({"clips": [{"file": 3}]})"),
                                  with(R"("many")", shot), with("800000", shot), with("8", R"("shots": [{}])")}) {
    const test::TempDir folder;
    std::ofstream(folder / "annotations.json") << text;
    EXPECT_THROW(read_synth_set(folder.path()), Error) << text;
  }
  const test::TempDir folder;
  std::ofstream(folder / "annotations.json") << with("8", shot);
  EXPECT_EQ(read_synth_set(folder.path()).shots.size(), 1U);
}

}  // namespace
}  // namespace blip
