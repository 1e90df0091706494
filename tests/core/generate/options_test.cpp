#include "core/generate/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>

#include "core/base/error.h"

namespace blip {
namespace {

using testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string complaint(const std::function<void(GenerationOptions&)>& change) {
  GenerationOptions options;
  change(options);
  try {
    options.validate();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
    return error.what();
  }
  return "";
}

TEST(GenerationOptions, DefaultsAreValid) {
  EXPECT_NO_THROW(GenerationOptions{}.validate());
}

TEST(GenerationOptions, EdgesOfTheRangesAreValid) {
  EXPECT_EQ(complaint([](auto& o) { o.num_beams = kMaxBeams, o.num_return = kMaxBeams; }), "");
  EXPECT_EQ(complaint([](auto& o) { o.min_length = 0, o.max_length = 2; }), "");
  EXPECT_EQ(complaint([](auto& o) { o.min_length = o.max_length; }), "");
  EXPECT_EQ(complaint([](auto& o) { o.top_p = 1, o.top_k = 0; }), "");
  EXPECT_EQ(complaint([](auto& o) { o.length_penalty = -2; }), "");
  EXPECT_EQ(complaint([](auto& o) { o.top_p = 0; }), "") << "nothing is sampled";
  EXPECT_EQ(complaint([](auto& o) { o.sample = true, o.num_beams = 1, o.num_return = 5; }), "");
}

TEST(GenerationOptions, AComplaintNamesFieldValueAndRange) {
  EXPECT_THAT(complaint([](auto& o) { o.num_beams = 0; }), HasSubstr("num_beams is 0, must be from 1 to 64"));
  EXPECT_THAT(complaint([](auto& o) { o.num_beams = 65; }), HasSubstr("num_beams is 65"));
  EXPECT_THAT(complaint([](auto& o) { o.min_length = -1; }),
              HasSubstr("min_length is -1, must be from 0 to max_length (20)"));
  EXPECT_THAT(complaint([](auto& o) { o.min_length = 21; }), HasSubstr("min_length is 21"));
  EXPECT_THAT(complaint([](auto& o) { o.max_length = 1, o.min_length = 0; }),
              HasSubstr("max_length is 1, must be at least 2"));
  EXPECT_THAT(complaint([](auto& o) { o.num_return = 4; }),
              HasSubstr("num_return is 4, must be from 1 to 3 (num_beams)"));
  EXPECT_THAT(complaint([](auto& o) { o.num_return = 0; }), HasSubstr("num_return is 0"));
  EXPECT_THAT(complaint([](auto& o) { o.sample = true, o.num_return = 65; }),
              HasSubstr("num_return is 65, must be from 1 to 64"));
  EXPECT_THAT(complaint([](auto& o) { o.sample = true, o.top_p = 0; }),
              HasSubstr("top_p is 0, must be above 0 and at most 1"));
  EXPECT_THAT(complaint([](auto& o) { o.top_p = -0.5; }), HasSubstr("top_p is -0.5"));
  EXPECT_THAT(complaint([](auto& o) { o.top_p = 1.5; }), HasSubstr("top_p is 1.5"));
  EXPECT_THAT(complaint([](auto& o) { o.top_k = -1; }), HasSubstr("top_k is -1, must be at least 0"));
  EXPECT_THAT(complaint([](auto& o) { o.temperature = 0; }),
              HasSubstr("temperature is 0, must be a finite number above 0"));
  EXPECT_THAT(complaint([](auto& o) { o.repetition_penalty = 0; }), HasSubstr("repetition_penalty is 0"));
}

TEST(GenerationOptions, NotANumberAndInfinityAreRefused) {
  for (const double bad : {kNan, kInfinity, -kInfinity}) {
    EXPECT_NE(complaint([&](auto& o) { o.length_penalty = bad; }), "");
    EXPECT_NE(complaint([&](auto& o) { o.repetition_penalty = bad; }), "");
    EXPECT_NE(complaint([&](auto& o) { o.temperature = bad; }), "");
    EXPECT_NE(complaint([&](auto& o) { o.top_p = bad; }), "");
  }
}

}  // namespace
}  // namespace blip
