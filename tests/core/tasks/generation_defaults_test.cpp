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
