#include "core/checkpoint/config_section.h"

#include "core/checkpoint/json_text.h"
#include "tests/core/checkpoint/checkpoint_support.h"

namespace blip {
namespace {

using test::error_of;
using ::testing::HasSubstr;

class ConfigSectionTest : public ::testing::Test {
 protected:
  const std::string source_ = "c.json";
  const nlohmann::json document_ = parse_json(
      R"({"n": 3, "zero": 0, "minus": -1, "huge": 1e300, "e": 0.5, "yes": true, "t": "x", "l": ["p", "q"], "none": null,
          "o": {"n": 7}, "empty": []})",
      source_);
  const ConfigSection top_{document_, "", source_};
};

TEST_F(ConfigSectionTest, ReadsFieldsOfTheirKind) {
  EXPECT_EQ(top_.size("n"), 3);
  EXPECT_EQ(top_.id("zero"), 0);
  EXPECT_EQ(top_.epsilon("e"), 0.5);
  EXPECT_EQ(top_.flag("yes"), true);
  EXPECT_EQ(top_.text("t"), "x");
  EXPECT_EQ(top_.first_text("l"), "p");
  EXPECT_EQ(top_.first_text("empty"), std::nullopt);
  EXPECT_EQ(top_.size("none"), std::nullopt) << "null is absent";
  EXPECT_EQ(top_.size("absent"), std::nullopt);
  EXPECT_EQ(top_.child("o").size("n"), 7);
  EXPECT_EQ(top_.child("absent").size("n"), std::nullopt);
}

TEST_F(ConfigSectionTest, NamesTheFieldTheValueAndWhatWouldBeRight) {
  for (const char* key : {"zero", "minus", "huge", "t", "yes", "l"})
    EXPECT_THAT(error_of([&] { top_.size(key); }), HasSubstr(std::string("'c.json': ") + key + " is ")) << key;
  EXPECT_THAT(error_of([&] { top_.id("minus"); }), HasSubstr("a whole number from 0 to"));
  EXPECT_THAT(error_of([&] { top_.epsilon("n"); }), HasSubstr("between 0 and 1"));
  EXPECT_THAT(error_of([&] { top_.flag("n"); }), HasSubstr("true or false"));
  EXPECT_THAT(error_of([&] { top_.text("l"); }), HasSubstr("'array', expected a text"));
  EXPECT_THAT(error_of([&] { top_.first_text("t"); }), HasSubstr("a list of texts"));
  EXPECT_THAT(error_of([&] { top_.expect("t", "y"); }), HasSubstr("expected 'y'"));
  EXPECT_THAT(error_of([&] { top_.child("n"); }), HasSubstr("an object"));
  EXPECT_THAT(error_of([&] { top_.child("o").flag("n"); }), HasSubstr("o.n is '7'"));
}

}  // namespace
}  // namespace blip
