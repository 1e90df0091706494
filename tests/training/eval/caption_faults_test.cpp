#include "training/eval/caption_faults.h"

#include <gtest/gtest.h>

#include "tests/training/synth/facts_builder.h"

namespace blip {
namespace {

using Faults = std::set<std::string>;

TEST(CaptionFaults, EachKindIsToldByItself) {
  const auto facts = synth::test::circles_and_star();  // two small red circles left of a large blue star, on dark
  const std::vector<std::pair<const char*, Faults>> cases = {
      {"two red circles and a blue star", {}},
      {"two small red circles left of a large blue star on a dark background", {}},
      {"two green circles and a blue star", {"colour"}},
      {"two red hearts and a blue star", {"shape"}},
      {"two pink hearts and a blue star", {"object"}},
      {"three red circles and a blue star", {"count"}},
      {"two large red circles and a blue star", {"size"}},
      {"two red circles right of a blue star", {"relation"}},
      {"two red circles and a blue star on a light background", {"background"}},
      {"two red circles and two red circles", {"said twice"}},
      {"four shapes : two red circles and a blue star", {"total"}},
      {"two red circles", {"left out"}},
      {"red red red", {"no sentence"}},
      {"", {"no sentence"}},
      {"a green circle above a pink star on a gray background", {"colour", "background"}},
  };
  for (const auto& [caption, faults] : cases) EXPECT_EQ(caption_faults(caption, facts), faults) << caption;
}

}  // namespace
}  // namespace blip
