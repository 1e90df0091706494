#include "training/metrics/java_tools.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "tests/support/golden.h"
#include "tests/support/json_lines.h"
#include "tests/training/metrics/fake_java.h"

namespace blip {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const std::vector<ScoredCaption> kCaptions = {{"a ||| b", {"a b", "c\nd"}}, {"e", {"f"}}};

JavaTools tools_of(const test::FakeJava& fake) {
  return {fake.jars(), fake.java(), 30s};
}

template <class Call>
std::string error_of(const Call& call) {
  try {
    call();
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

// Answers each SCORE line with its number, and EVAL with scores that follow from what it was sent.
constexpr const char* kMeteor = R"(
n=0
while read -r line; do
  echo "$line" >> "$(dirname "$0")/asked"
  case "$line" in
    SCORE*) n=$((n + 1)); echo "$n.0 stats" ;;
    EVAL*) echo 0.25; echo 0.5; echo 0.375 ;;
  esac
done
)";

TEST(JavaTools, MeteorIsSpokenToAsCocoCaptionDoes) {
  const test::FakeJava fake(kMeteor);
  const ToolScore found = meteor(kCaptions, tools_of(fake));
  ASSERT_TRUE(found.score) << found.reason;
  EXPECT_EQ(found.score->corpus, 0.375);
  EXPECT_EQ(found.score->each, (std::vector<double>{0.25, 0.5}));
  std::ifstream asked(fake / "asked");
  std::vector<std::string> lines;
  for (std::string line; std::getline(asked, line);) lines.push_back(line);
  EXPECT_EQ(lines, (std::vector<std::string>{"SCORE ||| a b ||| c d ||| a b", "SCORE ||| f ||| e",
                                             "EVAL ||| 1.0 stats ||| 2.0 stats"}));
}

TEST(JavaTools, WhatIsNotThereIsNotComputed) {
  const test::FakeJava fake("");
  const auto reason = [](const ToolScore& score) { return score.score ? "computed" : score.reason; };
  ::unsetenv("BLIP_COCOEVAL_JARS");
  EXPECT_THAT(reason(meteor(kCaptions, {})), HasSubstr("BLIP_COCOEVAL_JARS"));
  EXPECT_THAT(reason(meteor(kCaptions, {"/nowhere"})), HasSubstr("no meteor-1.5.jar in '/nowhere'"));
  EXPECT_THAT(reason(meteor(kCaptions, {fake.jars(), "no-java-here"})), HasSubstr("no program 'no-java-here'"));
  std::filesystem::remove(fake / "spice/lib/stanford-corenlp-3.6.0-models.jar");
  EXPECT_THAT(reason(spice(kCaptions, tools_of(fake))), HasSubstr("3.6.0-models.jar"));
}

TEST(JavaTools, TheFolderMayHoldTheJarItselfAndComeFromTheEnvironment) {
  const test::FakeJava fake(kMeteor);
  ::setenv("BLIP_COCOEVAL_JARS", (fake / "meteor").c_str(), 1);
  EXPECT_TRUE(meteor(kCaptions, {{}, fake.java(), 30s}).score);
  ::unsetenv("BLIP_COCOEVAL_JARS");
}

TEST(JavaTools, AToolThatFailsIsAnError) {
  const test::FakeJava dead("echo 'Could not reserve enough space' >&2; exit 1"), mute("while read line; do :; done"),
      wrong("read a; echo 1; read b; echo 2; read c; echo nan-sense; echo 1; echo 1");
  EXPECT_THAT(error_of([&] { meteor(kCaptions, tools_of(dead)); }), HasSubstr("enough space"));
  EXPECT_THAT(error_of([&] { meteor(kCaptions, {mute.jars(), mute.java(), 50ms}); }), HasSubstr("says nothing"));
  EXPECT_THAT(error_of([&] { meteor(kCaptions, tools_of(wrong)); }), HasSubstr("nan-sense"));
}

TEST(JavaTools, SpiceReadsAFileAndWritesOne) {
  // Arguments: -jar -Xmx8G JAR IN -out OUT …; the second caption's score comes first.
  const test::FakeJava fake(R"(
grep -q '"image_id":1' "$4" || exit 9
echo '[{"image_id": 1, "scores": {"All": {"f": 0.5, "re": null}}}, {"image_id": 0, "scores": {"All": {"f": 0.0}}}]' > "$6"
)");
  const ToolScore found = spice(kCaptions, tools_of(fake));
  ASSERT_TRUE(found.score) << found.reason;
  EXPECT_EQ(found.score->corpus, 0.25);
  EXPECT_EQ(found.score->each, (std::vector<double>{0, 0.5}));
}

TEST(JavaTools, BrokenOutputOfSpiceIsAnError) {
  for (const char* written : {"", "[", "{}", "[{\"image_id\": 0, \"scores\": {\"All\": {\"f\": 1}}}]",
                              "[{\"image_id\": 9, \"scores\": {\"All\": {\"f\": 1}}}]", "[1, 2]"}) {
    const test::FakeJava fake(std::string("printf '%s' '") + written + "' > \"$6\"\n");
    EXPECT_THAT(error_of([&] { spice(kCaptions, tools_of(fake)); }), HasSubstr("SPICE left no score")) << written;
  }
  const test::FakeJava failing("exit 4");
  EXPECT_THAT(error_of([&] { spice(kCaptions, tools_of(failing)); }), HasSubstr("status 4"));
}

// Where the jars are: METEOR itself, on the golden captions.
TEST(JavaToolsSlow, MeteorAgreesWithCocoCaption) {
  constexpr double kTolerance = 1e-4;  // tests/data/golden/README.md
  const auto file = test::read_json(test::golden_dir() / "metrics" / "caption_metrics.json");
  for (const char* name : {"pretokenised", "ptb"}) {
    const auto& set = file.at(name);
    if (!set.contains("METEOR")) continue;
    std::vector<ScoredCaption> captions;
    for (const auto& id : set.at("image_order")) {
      const auto key = std::to_string(id.get<std::int64_t>());
      captions.push_back({set.at("candidates").at(key), set.at("references").at(key)});
    }
    const ToolScore found = meteor(captions, {});
    if (!found.score) GTEST_SKIP() << found.reason;
    EXPECT_NEAR(found.score->corpus, set.at("METEOR").at("corpus").get<double>(), kTolerance) << name;
    const auto each = set.at("METEOR").at("per_image").get<std::vector<double>>();
    ASSERT_EQ(found.score->each.size(), each.size());
    for (std::size_t i = 0; i < each.size(); ++i) EXPECT_NEAR(found.score->each[i], each[i], kTolerance) << name << i;
  }
}

}  // namespace
}  // namespace blip
