#include "pipelines/runner/launch_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "core/base/error.h"

namespace blip {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using testing::ThrowsMessage;

LaunchTemplate template_of(const std::string& launch) {
  return LaunchTemplate(YamlValue::parse("launch: |\n  " + launch + "\n", "p.yaml").at("launch"));
}

std::string fill(const std::string& launch, const std::map<std::string, VariableValue>& values) {
  return launch_line(template_of(launch).fill([&](const std::string& name) { return values.at(name); }));
}

VariableValue text(const std::string& value) {
  return {value, false, false};
}
VariableValue word(const std::string& value) {
  return {value, false, true};
}
VariableValue elements(const std::string& value) {
  return {value, true, false};
}

TEST(LaunchTemplate, LeavesALineWithoutVariablesAsItIs) {
  EXPECT_EQ(fill("a x=\"b ! c\" ! video/x-raw,width=7 ! d.", {}), "a x=\"b ! c\" ! video/x-raw,width=7 ! d.");
  EXPECT_EQ(fill("caps=\"video/x-raw,format={{I420,NV12}}\"", {}), "caps=\"video/x-raw,format={I420,NV12}\"");
}

TEST(LaunchTemplate, PutsATextIntoAPropertyAsOneValue) {
  EXPECT_EQ(fill("filesink location={out}", {{"out", text("a.mkv")}}), "filesink location=a.mkv");
  EXPECT_EQ(fill("filesink location={out} ! x", {{"out", text("a ! rm")}}), "filesink location=\"a ! rm\" ! x");
  EXPECT_EQ(fill("location={out}-%05d.mkv", {{"out", text("a b")}}), "location=\"a b-%05d.mkv\"");
  EXPECT_EQ(fill("text=\"say \\\"{what}\\\" now\"", {{"what", text("hi")}}),
            fill("text={all}", {{"all", text("say \"hi\" now")}}));
  EXPECT_EQ(fill("pad::location={x}", {{"x", text("a b")}}), "pad::location=\"a b\"");
}

TEST(LaunchTemplate, PutsAWordAnywhere) {
  EXPECT_EQ(fill("video/x-raw,framerate={fps}/1,width={w}", {{"fps", word("25")}, {"w", word("64")}}),
            "video/x-raw,framerate=25/1,width=64");
}

TEST(LaunchTemplate, PutsElementsWhereTheyStandAlone) {
  EXPECT_EQ(fill("{source} ! fakesink", {{"source", elements("videotestsrc ! queue")}}),
            "videotestsrc ! queue ! fakesink");
  EXPECT_THAT(
      [] {
        fill("a location={s}", {{"s", elements("b ! c")}});
      },
      ThrowsMessage<Error>(AllOf(StartsWith("p.yaml:2: "), HasSubstr("must stand alone"))));
}

TEST(LaunchTemplate, LetsNoTextStandWhereItCouldBecomeElements) {
  EXPECT_THAT([] { fill("{t} ! b", {{"t", text("x")}}); }, ThrowsMessage<Error>(HasSubstr("cannot stand alone")));
  EXPECT_THAT([] { fill("{t}=1", {{"t", text("x")}}); }, ThrowsMessage<Error>(HasSubstr("give it to a property")));
  EXPECT_THAT(
      [] {
        fill("video/x-raw,format={t}", {{"t", text("x y")}});
      },
      ThrowsMessage<Error>(HasSubstr("cannot stand in")));
  EXPECT_EQ(fill("a={t}", {{"t", text("{t}")}}), "a=\"{t}\"") << "a value is not filled again";
}

TEST(LaunchTemplate, NamesTheLineOfWhatIsWrong) {
  const auto parse = [](const std::string& yaml) {
    return LaunchTemplate(YamlValue::parse(yaml, "p.yaml").at("launch"));
  };
  EXPECT_THAT([&] { parse("launch: |\n  a !\n  b x=\"c\n  d\n"); },
              ThrowsMessage<Error>(AllOf(StartsWith("p.yaml:3: "), HasSubstr("quote"))));
  EXPECT_THAT([&] { parse("# x\nlaunch: |\n  a\n  ! b c={Wrong}\n"); },
              ThrowsMessage<Error>(AllOf(StartsWith("p.yaml:4: "), HasSubstr("{{"))));
  EXPECT_THAT([&] { parse("launch: a { b\n"); }, ThrowsMessage<Error>(StartsWith("p.yaml:1: ")));
  EXPECT_THAT([&] { parse("launch: a } b\n"); }, ThrowsMessage<Error>(HasSubstr("single '}'")));
  EXPECT_THAT([&] { parse("launch: ''\n"); }, ThrowsMessage<Error>(HasSubstr("empty")));
}

TEST(LaunchTemplate, ListsItsVariablesOnce) {
  const LaunchTemplate launch = template_of("{a} ! b c={d} e={a}");
  EXPECT_THAT(launch.variables(), ElementsAre("a", "d"));
  EXPECT_EQ(launch.line_of("d"), 2);
}

}  // namespace
}  // namespace blip
