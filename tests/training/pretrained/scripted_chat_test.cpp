// The shipped small BLIP-2 in conversation: tests/data/chat, twenty questions about three clips that it has never seen,
// each asked with its own earlier answers as history.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "core/engine/model_registry.h"
#include "core/engine/packed_backend/packed_backend.h"
#include "core/media/video_reader.h"
#include "core/tasks/answerer.h"
#include "core/tasks/frame_encoder.h"
#include "tests/support/json_lines.h"

namespace blip {
namespace {

const std::filesystem::path kSource = BLIP_SOURCE_DIR;

std::shared_ptr<LoadedModel> open_shipped() {
  static ModelRegistry registry{make_packed_backend};
  CheckpointOptions options;
  options.model = (kSource / "training/pretrained/blip2").string();
  BackendOptions backend;
  backend.num_threads = 1;
  return registry.open(options, backend);
}

// The features of the frame in the middle.
Clip middle_of(LoadedModel& model, const std::filesystem::path& file, std::int64_t frames) {
  VideoReader reader = VideoReader::open(file);
  VideoFrame frame;
  for (std::int64_t index = 0; reader.next(frame); ++index)
    if (index == frames / 2) return {encode_frames(model, std::span(&frame.view, 1))};
  throw std::runtime_error("no frame " + std::to_string(frames / 2) + " in " + file.string());
}

// How many of the script's questions are answered as expected.
struct Marks {
  int asked = 0, right = 0, follow_ups = 0, right_follow_ups = 0;
};

Marks hold_chat(LoadedModel& model) {
  const auto folder = kSource / "tests/data/chat";
  std::map<std::string, Clip> clips;
  const auto annotations = test::read_json(folder / "annotations.json");
  for (const auto& clip : annotations.at("clips")) {
    const auto file = clip.at("file").get<std::string>();
    clips[file] = middle_of(model, folder / file, clip.at("frames").get<std::int64_t>());
  }
  std::map<std::string, std::vector<ChatTurn>> histories;
  Marks marks;
  for (const auto& turn : test::read_json(folder / "script.json")) {
    const auto file = turn.at("clip").get<std::string>(), question = turn.at("question").get<std::string>();
    AnswerOptions options;
    options.history = histories[file];
    const Answer found = answer(model, clips.at(file), question, options);
    histories[file].push_back({question, found.text});
    const bool right = found.text == turn.at("expected").get<std::string>();
    const bool follow_up = turn.at("follow_up").get<bool>();
    ++marks.asked;
    marks.right += right;
    marks.follow_ups += follow_up;
    marks.right_follow_ups += right && follow_up;
    if (!right) std::cout << file << ": " << question << " " << found.text << ", not " << turn.at("expected") << "\n";
  }
  return marks;
}

TEST(ScriptedChat, FourOfFiveAnswersAreRight) {
  const auto model = open_shipped();
  const Marks marks = hold_chat(*model);
  EXPECT_EQ(marks.asked, 20);
  EXPECT_GE(marks.right, 16);
  EXPECT_GE(marks.right_follow_ups, marks.follow_ups * 2 / 3);
}

// The same words are answered by what was asked before.
TEST(ScriptedChat, FollowUpsNeedTheHistory) {
  const auto model = open_shipped();
  const Clip clip = middle_of(*model, kSource / "tests/data/chat/00001.mp4", 28);
  const auto after = [&](const char* before, const char* said) {
    AnswerOptions options;
    options.history = {{before, said}};
    return answer(*model, clip, "and the triangles?", options).text;
  };
  EXPECT_EQ(after("what color is the ring?", "red"), "purple");
  EXPECT_EQ(after("is the red ring small or large?", "large"), "small");
}

}  // namespace
}  // namespace blip
