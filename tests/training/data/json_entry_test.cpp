#include "training/data/json_entry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using test::error_of;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(JsonEntry, ReadsTypedFields) {
  const auto json = nlohmann::json::parse(
      R"({"t": "x", "n": 2.5, "i": 7, "l": ["a", "b"], "o": [{"k": "v"}], "w": {"text": "y"}, "null": null})");
  const JsonEntry entry(json, "f");
  EXPECT_TRUE(entry.has("null"));
  EXPECT_FALSE(entry.has("none"));
  EXPECT_EQ(entry.text("t"), "x");
  EXPECT_EQ(entry.number("n"), 2.5);
  EXPECT_EQ(entry.number("i"), 7);
  EXPECT_EQ(entry.id("i"), "7");
  EXPECT_EQ(entry.id("t"), "x");
  EXPECT_THAT(entry.texts("l"), ElementsAre("a", "b"));
  EXPECT_THAT(entry.text_or_texts("l"), ElementsAre("a", "b"));
  EXPECT_THAT(entry.text_or_texts("t"), ElementsAre("x"));
  EXPECT_EQ(entry.text_or_text_object("t"), "x");
  EXPECT_EQ(entry.text_or_text_object("w"), "y");
  EXPECT_EQ(entry.objects("o").at(0).text("k"), "v");
  EXPECT_EQ(entry.objects("o").at(0).where(), "f o[0]");
}

TEST(JsonEntry, NamesTheFieldOfAnotherType) {
  const auto json = nlohmann::json::parse(R"({"t": "x", "n": 2.5, "b": true, "l": [], "o": [1], "s": ""})");
  const JsonEntry entry(json, "file entry 3");
  EXPECT_EQ(error_of([&] { entry.text("n"); }), "file entry 3: 'n' is number; must be text");
  EXPECT_EQ(error_of([&] { entry.text("none"); }), "file entry 3: has no 'none'");
  EXPECT_EQ(error_of([&] { entry.text("s"); }), "file entry 3: 's' is empty");
  EXPECT_THAT(error_of([&] { entry.number("t"); }), HasSubstr("'t' is string; must be a number"));
  EXPECT_THAT(error_of([&] { entry.number("b"); }), HasSubstr("'b' is boolean; must be a number"));
  EXPECT_THAT(error_of([&] { entry.id("b"); }), HasSubstr("must be an integer or text"));
  EXPECT_THAT(error_of([&] { entry.texts("t"); }), HasSubstr("must be a list of texts"));
  EXPECT_THAT(error_of([&] { entry.texts("l"); }), HasSubstr("is an empty list"));
  EXPECT_THAT(error_of([&] { entry.objects("t"); }), HasSubstr("must be a list"));
  EXPECT_THAT(error_of([&] { entry.objects("o"); }), HasSubstr("o[0]: is number; must be an object"));
}

TEST(JsonEntry, ListsAreReadEntryByEntry) {
  const test::TempDir dir;
  test::write_file(dir / "a.json", R"([{"k": "a"}, {"k": "b", "deep": [{"k": [[{}]]}]}, {"k": "c"}])");
  std::vector<std::string> read, places;
  read_json_list(dir / "a.json", [&](const JsonEntry& entry) {
    read.push_back(entry.text("k"));
    places.push_back(entry.where());
  });
  EXPECT_THAT(read, ElementsAre("a", "b", "c"));
  EXPECT_THAT(places[2], HasSubstr("a.json' entry 2"));
}

}  // namespace
}  // namespace blip
