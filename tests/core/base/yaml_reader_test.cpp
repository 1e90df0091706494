#include "core/base/yaml_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using testing::ThrowsMessage;

YamlValue parse(const std::string& text) {
  return YamlValue::parse(text, "p.yaml");
}

TEST(YamlReader, GivesValuesByTheirTypes) {
  const auto file = parse("name: a b\nfps: 1.5\ncount: -3\nlive: true\nquoted: '12'\nlist: [x, 'y: z']\n");
  EXPECT_EQ(file.at("name").text(), "a b");
  EXPECT_EQ(file.at("fps").number(), 1.5);
  EXPECT_EQ(file.at("count").integer(), -3);
  EXPECT_EQ(file.at("count").number(), -3);
  EXPECT_TRUE(file.at("live").boolean());
  EXPECT_EQ(file.at("quoted").text(), "12");
  const auto items = file.at("list").items();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[1].text(), "y: z");
  EXPECT_FALSE(file.find("other").has_value());
  EXPECT_EQ(file.at("name").choice({"x", "a b"}), 1u);
}

TEST(YamlReader, KeepsTheOrderOfFreeKeys) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : parse("b: 1\na: 2\nc: 3\n").entries()) keys.push_back(key);
  EXPECT_THAT(keys, ElementsAre("b", "a", "c"));
}

TEST(YamlReader, NamesFileLineAndPathOfAWrongValue) {
  const auto file = parse("variables:\n  fps:\n    default: fast\n");
  const auto value = file.at("variables").at("fps").at("default");
  EXPECT_EQ(value.line(), 3);
  EXPECT_THAT([&] { value.number(); },
              ThrowsMessage<Error>("p.yaml:3: 'variables.fps.default' is 'fast'; expected a number"));
}

TEST(YamlReader, RefusesOtherTypes) {
  const auto wrong = [](const std::string& text, auto read, const std::string& expected) {
    const auto value = parse("x: " + text + "\n").at("x");
    EXPECT_THAT([&] { read(value); }, ThrowsMessage<Error>(AllOf(StartsWith("p.yaml:1: 'x' is "), HasSubstr(expected))))
        << text;
  };
  const auto number = [](const YamlValue& v) { v.number(); };
  const auto integer = [](const YamlValue& v) { v.integer(); };
  const auto boolean = [](const YamlValue& v) { v.boolean(); };
  const auto text = [](const YamlValue& v) { v.text(); };
  for (const char* value : {"a", "'1'", "1a", "", ".inf", ".nan", "[1]", "true", "1 2", "0x10"})
    wrong(value, number, "a number");
  for (const char* value : {"1.0", "'1'", "99999999999999999999", "1e3"}) wrong(value, integer, "a whole number");
  for (const char* value : {"yes", "1", "'true'", "True", ""}) wrong(value, boolean, "true or false");
  for (const char* value : {"", "~", "null", "[a]", "{a: b}"}) wrong(value, text, "a text");
  wrong("!!python/object:os.system x", text, "tag");
  wrong(
      "a", [](const YamlValue& v) { v.items(); }, "a list");
  wrong(
      "a", [](const YamlValue& v) { v.entries(); }, "keys and values");
  wrong(
      "7", [](const YamlValue& v) { v.number(0, 5.5); }, "from 0 to 5.5");
  wrong(
      "7", [](const YamlValue& v) { v.integer(8, 9); }, "from 8 to 9");
  wrong(
      "drop",
      [](const YamlValue& v) {
        v.choice({"tag", "valve"});
      },
      "one of tag, valve");
}

TEST(YamlReader, RefusesUnknownKeysAndSaysWhatWasMeant) {
  const auto file = parse("name: x\nlaunhc: y\n");
  EXPECT_THAT(
      [&] {
        file.expect_keys({"name", "launch"});
      },
      ThrowsMessage<Error>("p.yaml:2: unknown key 'launhc'; did you mean 'launch'?"));
  EXPECT_THAT([&] { file.expect_keys({"name"}); }, ThrowsMessage<Error>(HasSubstr("known here: name")));
  EXPECT_NO_THROW(file.expect_keys({"name", "launhc", "other"}));
}

TEST(YamlReader, RefusesAKeyThatIsThereTwice) {
  EXPECT_THAT([] { parse("a: 1\nb: 2\na: 3\n").at("a"); },
              ThrowsMessage<Error>(AllOf(StartsWith("p.yaml:3: "), HasSubstr("'a' is there twice"))));
}

TEST(YamlReader, NamesAKeyThatIsMissing) {
  EXPECT_THAT([] { parse("a:\n  b: 1\n").at("a").at("type"); },
              ThrowsMessage<Error>("p.yaml:2: 'a' has no 'type'; it must have one"));
  EXPECT_THAT([] { parse("a: 1\n").at("launch"); }, ThrowsMessage<Error>(HasSubstr("the file has no 'launch'")));
}

TEST(YamlReader, RefusesWhatIsNotOneDocument) {
  EXPECT_THAT([] { parse("a: [1, 2\nb: 3\n"); }, ThrowsMessage<Error>(HasSubstr("this is not YAML")));
  EXPECT_THAT([] { parse("a: 1\n---\nb: 2\n"); }, ThrowsMessage<Error>(HasSubstr("2 documents")));
  EXPECT_THAT([] { parse("{a: 1}, {b: 2}\n"); }, ThrowsMessage<Error>(HasSubstr("behind the first")));
  EXPECT_THROW(parse("{a: 1}, b"), Error);
  EXPECT_THROW(parse(""), Error);
  EXPECT_THROW(parse(std::string(100000, '[')), Error);
  EXPECT_THROW(parse("a: *nowhere\n"), Error);
  EXPECT_THROW(parse("- a\n").at("x"), Error);
}

TEST(YamlReader, KnowsTheLinesOfABlock) {
  const auto file = parse("# first\nlaunch: |\n  one\n  two\nshort: one\n");
  EXPECT_EQ(file.at("launch").text(), "one\ntwo\n");
  EXPECT_EQ(file.at("launch").line_of_row(0), 3);
  EXPECT_EQ(file.at("launch").line_of_row(1), 4);
  EXPECT_EQ(file.at("short").line_of_row(0), 5);
}

TEST(YamlReader, SaysWhenAFileCannotBeRead) {
  const test::TempDir directory;
  EXPECT_THAT([&] { YamlValue::read_file(directory / "missing.yaml"); },
              ThrowsMessage<Error>(HasSubstr("missing.yaml")));
  EXPECT_THROW(YamlValue::read_file(directory.path()), Error);
  std::ofstream(directory / "a.yaml") << "a: 1\n";
  EXPECT_EQ(YamlValue::read_file(directory / "a.yaml").at("a").integer(), 1);
}

}  // namespace
}  // namespace blip
