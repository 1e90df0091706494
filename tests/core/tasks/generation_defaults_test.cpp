#include "core/tasks/generation_defaults.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace blip::test {
namespace {

Checkpoint checkpoint(CheckpointFamily family) {
  Checkpoint made;
  made.family = family;
  made.config.text.max_positions = 32;
  return made;
}

TEST(GenerationDefaults, BeamScoringFollowsTheCheckpoint) {
  EXPECT_EQ(resolve({}, checkpoint(CheckpointFamily::kOriginal)).beam_scoring, BeamScoring::kOriginal);
  EXPECT_EQ(resolve({}, checkpoint(CheckpointFamily::kTransformers)).beam_scoring, BeamScoring::kTransformers);
}

TEST(GenerationDefaults, LavisScoresBlip2) {
  Checkpoint lavis = checkpoint(CheckpointFamily::kOriginal);
  lavis.config.blip2.emplace().qformer.max_positions = 32;
  EXPECT_EQ(resolve({}, lavis).beam_scoring, BeamScoring::kLavis);
  lavis.family = CheckpointFamily::kTransformers;
  EXPECT_EQ(resolve({}, lavis).beam_scoring, BeamScoring::kTransformers);
}

TEST(GenerationDefaults, AuthorsDefaultsFollowTheLayout) {
  EXPECT_EQ(caption_defaults(Layout::kCaptioner).max_length, 20);
  EXPECT_EQ(caption_defaults(Layout::kBlip2Qformer).min_length, 10);
  EXPECT_EQ(caption_defaults(Layout::kBlip2T5).num_beams, 5);
  EXPECT_EQ(answer_defaults(Layout::kVqa).num_beams, 3);
  EXPECT_EQ(answer_defaults(Layout::kBlip2Opt).length_penalty, 0);
  EXPECT_EQ(answer_defaults(Layout::kBlip2T5).length_penalty, -1);
}

TEST(GenerationDefaults, AChoiceOfTheUserIsKept) {
  GenerationOptions options;
  options.beam_scoring = BeamScoring::kOriginal;
  EXPECT_EQ(resolve(options, checkpoint(CheckpointFamily::kTransformers)).beam_scoring, BeamScoring::kOriginal);
}

TEST(GenerationDefaults, MoreTokensThanPositionsAreRefused) {
  GenerationOptions options;
  options.max_length = 32;
  EXPECT_NO_THROW(resolve(options, checkpoint(CheckpointFamily::kOriginal)));
  options.max_length = 33;
  EXPECT_THROW(resolve(options, checkpoint(CheckpointFamily::kOriginal)), Error);
}

}  // namespace
}  // namespace blip::test
