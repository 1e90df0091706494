#include "training/capfilt/capfilt_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "core/base/error.h"

namespace blip {
namespace {

CapFiltOptions changed(void (*change)(CapFiltOptions&)) {
  CapFiltOptions options;
  options.generation = nucleus_decoding();
  change(options);
  return options;
}

TEST(CapFiltOptions, NucleusDecodingIsTheOriginals) {
  const GenerationOptions options = nucleus_decoding();
  EXPECT_TRUE(options.sample);
  EXPECT_EQ(options.top_p, 0.9);
  EXPECT_EQ(options.top_k, 50);
  EXPECT_EQ(options.repetition_penalty, 1.1);
  EXPECT_EQ(options.min_length, 5);
  EXPECT_EQ(options.max_length, 20);
  EXPECT_FALSE(beam_decoding().sample);
  EXPECT_EQ(beam_decoding().num_beams, 3);
}

TEST(CapFiltOptions, ValuesOutOfRangeAreNamed) {
  changed([](CapFiltOptions&) {}).validate();
  const std::vector<std::pair<void (*)(CapFiltOptions&), const char*>> cases{
      {[](CapFiltOptions& o) { o.threshold = -0.1; }, "threshold"},
      {[](CapFiltOptions& o) { o.threshold = std::numeric_limits<double>::quiet_NaN(); }, "threshold"},
      {[](CapFiltOptions& o) { o.captions = 0; }, "captions is 0"},
      {[](CapFiltOptions& o) { o.captions = 1000; }, "num_return"},
      {[](CapFiltOptions& o) {
         o.generation = beam_decoding();
         o.captions = 4;
       },
       "the 3 beams"},
      {[](CapFiltOptions& o) { o.batch_size = 0; }, "batch is 0"},
      {[](CapFiltOptions& o) { o.generation.top_p = 2; }, "top_p"}};
  for (const auto& [change, said] : cases) {
    try {
      changed(change).validate();
      ADD_FAILURE() << said;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
      EXPECT_THAT(error.what(), testing::HasSubstr(said));
    }
  }
}

}  // namespace
}  // namespace blip
