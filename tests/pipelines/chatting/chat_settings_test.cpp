#include "pipelines/chatting/chat_settings.h"

#include <gtest/gtest.h>

#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

TEST(ChatSettings, GoToTheModel) {
  ChatSettings settings;
  settings.prompt = "Q: {} A:";
  settings.num_beams = 2;
  settings.min_length = 3;
  settings.max_length = 7;
  settings.length_penalty = -1;
  settings.top_p = 0.5;
  settings.seed = 9;
  const AnswerOptions options = settings.answer_options();
  EXPECT_EQ(options.prompt, "Q: {} A:");
  EXPECT_EQ(options.generation.num_beams, 2);
  EXPECT_EQ(options.generation.min_length, 3);
  EXPECT_EQ(options.generation.max_length, 7);
  EXPECT_EQ(options.generation.length_penalty, -1);
  EXPECT_TRUE(options.generation.sample);
  EXPECT_EQ(options.generation.top_p, 0.5);
  EXPECT_EQ(options.generation.seed, 9u);
  EXPECT_FALSE(ChatSettings().answer_options().generation.sample);
}

TEST(ChatSettings, WhatDoesNotGoTogetherIsRefused) {
  const auto refused = [](void (*change)(ChatSettings&)) {
    ChatSettings settings;
    settings.file = "a.mp4";
    EXPECT_NO_THROW(settings.validate());
    change(settings);
    EXPECT_THROW(settings.validate(), UsageError);
  };
  refused([](ChatSettings& s) { s.at = 1, s.from = 0; });
  refused([](ChatSettings& s) { s.at = 1, s.frames = 2; });
  refused([](ChatSettings& s) { s.from = 2, s.to = 2; });
  refused([](ChatSettings& s) { s.min_length = 31; });
  refused([](ChatSettings& s) { s.prompt = "Question:"; });
}

}  // namespace
}  // namespace blip
