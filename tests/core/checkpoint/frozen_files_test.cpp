#include "core/checkpoint/frozen_files.h"

#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
using test::error_of;
using ::testing::AllOf;
using ::testing::HasSubstr;

class FrozenFilesTest : public ::testing::Test {
 protected:
  FrozenFilesTest() { fs::create_directories(dir_ / "run/llm"); }
  void put(const std::string& name) { test::write_text(dir_ / name, "x"); }
  std::string vision(std::int64_t width = 1408) {
    return find_vision_file({}, dir_ / "run/m.pth", width).lexically_normal().string();
  }
  test::TempDir dir_;
};

TEST_F(FrozenFilesTest, TheImageEncoderLiesBesideOrAbove) {
  EXPECT_THAT(error_of([&] { vision(); }, ErrorKind::kNotFound),
              AllOf(HasSubstr("eva_vit_g.pth"), HasSubstr("--vision")));
  put("vision.pth");
  EXPECT_EQ(vision(), dir_ / "vision.pth");
  put("run/clip_vit_L.pth");
  EXPECT_EQ(vision(), dir_ / "run/clip_vit_L.pth");
  put("run/eva_vit_g.pth");
  EXPECT_EQ(vision(), dir_ / "run/eva_vit_g.pth");
  EXPECT_EQ(vision(1024), dir_ / "run/clip_vit_L.pth") << "as wide as ViT-L";
}

TEST_F(FrozenFilesTest, TheLanguageModelIsADirectory) {
  const fs::path model = dir_ / "run/m.pth";
  EXPECT_THAT(error_of([&] { find_language_directory({}, model); }, ErrorKind::kNotFound), HasSubstr("--language"));
  put("run/llm/config.json");
  EXPECT_EQ(find_language_directory({}, model), dir_ / "run/llm");
  EXPECT_EQ(find_language_directory({}, dir_ / "run"), dir_ / "run/llm");
}

TEST_F(FrozenFilesTest, WhatIsGivenMustBeThere) {
  CheckpointOptions options;
  options.vision = (dir_ / "none.pth").string();
  options.language = (dir_ / "none").string();
  EXPECT_THAT(error_of([&] { find_vision_file(options, "m.pth", 0); }, ErrorKind::kNotFound),
              HasSubstr("does not exist"));
  EXPECT_THAT(error_of([&] { find_language_directory(options, "m.pth"); }, ErrorKind::kNotFound),
              HasSubstr("does not exist"));
  options.language = dir_.path().string();
  EXPECT_THAT(error_of([&] { find_language_directory(options, "m.pth"); }, ErrorKind::kNotFound),
              HasSubstr("holds no config.json"));
}

}  // namespace
}  // namespace blip
