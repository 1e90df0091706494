// On an engine that knows a picture's colour.
#include "pipelines/chatting/chat_clip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "pipelines/terminal/clock_text.h"
#include "tests/pipelines/support/clips.h"
#include "tests/support/fake_engine/fake_answers.h"
#include "tests/support/fake_engine/fake_engine.h"
#include "tests/support/png_writer.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> colors_of(const Clip& clip) {
  std::vector<std::string> colors;
  for (const auto& frame : clip.frames) colors.push_back(dynamic_cast<const test::FakeFeatures&>(*frame).color());
  return colors;
}

class ChatClipTest : public testing::Test {
 protected:
  void SetUp() override {
    test::fake_engine().reset();
    ModelOptions options;
    options.model = "fake";
    model_ = test::fake_engine_api().open(options).value();
    stream_ = std::move(model_->open_stream({}).value());
    settings_.file = test::kept_clip("talk.mp4", {});  // a second of red, one of blue
  }
  std::vector<std::string> colors() { return colors_of(ChatClip(settings_).look(*stream_).clip); }
  std::string error() {
    try {
      ChatClip(settings_).look(*stream_);
    } catch (const Error& e) {
      return e.what();
    }
    return {};
  }

  std::shared_ptr<Model> model_;
  std::unique_ptr<Stream> stream_;
  ChatSettings settings_;
};

TEST(Middles, AreThoseOfEqualParts) {
  EXPECT_THAT(middles(1, 3, 1), ElementsAre(2));
  EXPECT_THAT(middles(0, 2, 4), ElementsAre(0.25, 0.75, 1.25, 1.75));
  EXPECT_THAT(middles(5, 5, 2), ElementsAre(5, 5));
}

TEST_F(ChatClipTest, PicturesAreSpreadOverTheClipOrTheStretch) {
  settings_.frames = 4;
  EXPECT_THAT(colors(), ElementsAre("red", "red", "blue", "blue"));
  settings_.frames = 2;
  settings_.from = kSecond;
  EXPECT_THAT(colors(), ElementsAre("blue", "blue"));
  settings_.from.reset();
  settings_.to = kSecond / 2;
  EXPECT_THAT(colors(), ElementsAre("red", "red"));
  settings_.to = 100 * kSecond;
  EXPECT_THAT(colors(), ElementsAre("red", "blue"));
}

TEST_F(ChatClipTest, AMomentIsOnePicture) {
  settings_.at = kSecond * 3 / 2;
  const ChatClip clip(settings_);
  const auto look = clip.look(*stream_);
  EXPECT_THAT(colors_of(look.clip), ElementsAre("blue"));
  EXPECT_THAT(look.times, ElementsAre(1.5));
  EXPECT_THAT(colors_of(clip.look_at(*stream_, 0).clip), ElementsAre("red"));
  EXPECT_THROW(clip.look_at(*stream_, 3 * kSecond), Error);
}

TEST_F(ChatClipTest, AStillPictureHasNoTimes) {
  const test::TempDir folder;
  settings_.file = folder / "a.png";
  test::write_png(settings_.file, 2, 1, std::vector<std::uint8_t>{0, 0, 255, 0, 0, 255});
  EXPECT_THAT(colors(), ElementsAre("blue"));
  EXPECT_TRUE(ChatClip(settings_).look(*stream_).times.empty());
  EXPECT_THROW(ChatClip(settings_).look_at(*stream_, 0), Error);
  settings_.at = 0;
  EXPECT_THAT(error(), HasSubstr("has no times"));
}

TEST_F(ChatClipTest, WhatIsWrongWithTheFileIsNamed) {
  settings_.at = 3 * kSecond;
  EXPECT_THAT(error(), HasSubstr("ends at 2.000 s"));
  settings_.at.reset();
  settings_.file = "/missing.mp4";
  EXPECT_THAT(error(), testing::AllOf(HasSubstr("/missing.mp4"), HasSubstr("no such file")));
}

}  // namespace
}  // namespace blip
