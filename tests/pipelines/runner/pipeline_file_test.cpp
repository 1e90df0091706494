#include "pipelines/runner/pipeline_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/base/error.h"
#include "pipelines/terminal/usage_error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

class PipelineFileTest : public testing::Test {
 protected:
  PipelineFile read(const std::string& yaml) const {
    std::ofstream(directory_ / "p.yaml") << yaml;
    return read_pipeline_file(directory_ / "p.yaml");
  }
  void expect_error(const std::string& yaml, int line, const std::string& what) const {
    EXPECT_THAT([&] { read(yaml); },
                ThrowsMessage<Error>(AllOf(HasSubstr("p.yaml:" + std::to_string(line) + ": "), HasSubstr(what))))
        << yaml;
  }

  test::TempDir directory_;
};

const std::string kHead = "name: x\ndescription: y\n";
const std::string kGood = kHead +
                          "variables:\n  out: {type: path, help: where, default: a.txt}\n"
                          "  count: {type: integer, help: how many, min: 1}\nmessages: [blip-match]\n"
                          "launch: |\n  videotestsrc num-buffers={count}\n    ! filesink location={out}\n";

TEST_F(PipelineFileTest, IsReadWithItsVariables) {
  const PipelineFile file = read(kGood);
  EXPECT_EQ(file.name, "x");
  EXPECT_EQ(file.description, "y");
  ASSERT_EQ(file.variables.size(), 2u);
  EXPECT_EQ(file.variables[0].name, "out");
  EXPECT_EQ(file.variables[0].default_value, "a.txt");
  EXPECT_FALSE(file.variables[1].default_value.has_value());
  EXPECT_THAT(file.messages, ElementsAre("blip-match"));
  EXPECT_EQ(launch_line(fill_pipeline(file, {{"count", "7"}})), "videotestsrc num-buffers=7 ! filesink location=a.txt");
}

TEST_F(PipelineFileTest, NamesTheLineOfEveryMistake) {
  expect_error(kHead, 1, "no 'launch'");
  expect_error(kHead + "launch: a\nlunch: b\n", 4, "did you mean 'launch'?");
  expect_error(kHead + "launch: a\nname: z\n", 4, "twice");
  expect_error(kHead + "launch: [a, b]\n", 3, "expected a text");
  expect_error(kHead + "launch: |\n  a b={c}\n", 4, "{c} is not under 'variables'");
  expect_error(kHead + "variables:\n  c: {type: text, help: h}\nlaunch: a\n", 4, "not used");
  expect_error(kHead + "variables:\n  c: {type: word, help: h}\nlaunch: a b={c}\n", 4, "expected one of text, file");
  expect_error(kHead + "variables:\n  c: {type: text}\nlaunch: a b={c}\n", 4, "no 'help'");
  expect_error(kHead + "variables:\n  c: {type: number, help: h, default: many}\nlaunch: a b={c}\n", 4, "a number");
  expect_error(kHead + "variables:\n  c: {type: number, help: h, default: 2, max: 1}\nlaunch: a b={c}\n", 4,
               "not what its type and limits allow");
  expect_error(kHead + "variables:\n  c: {type: text, help: h, min: 1}\nlaunch: a b={c}\n", 4, "is no number");
  expect_error(kHead + "variables:\n  c: {type: choice, help: h}\nlaunch: a b={c}\n", 4, "no 'values'");
  expect_error(kHead + "variables:\n  c: {type: model, help: h}\nlaunch: a b={c}\n", 4, "no 'task'");
  expect_error(kHead + "messages: blip-match\nlaunch: a\n", 3, "expected a list");
  expect_error("just text\n", 1, "expected keys and values");
}

TEST_F(PipelineFileTest, SaysWhichSettingsAreMissingOrUnknown) {
  const PipelineFile file = read(kGood);
  EXPECT_THAT([&] { fill_pipeline(file, {}); }, ThrowsMessage<UsageError>(HasSubstr("--set count=… (how many)")));
  EXPECT_THAT(
      [&] {
        fill_pipeline(file, {{"cuont", "1"}});
      },
      ThrowsMessage<UsageError>(AllOf(HasSubstr("no such variable"), HasSubstr("out, count"))));
  EXPECT_THAT(
      [&] {
        fill_pipeline(file, {{"count", "0"}});
      },
      ThrowsMessage<UsageError>(HasSubstr("a whole number of at least 1")));
}

TEST_F(PipelineFileTest, ListsItsVariables) {
  const std::string text = variables_text(read(kGood));
  EXPECT_THAT(text, HasSubstr("out"));
  EXPECT_THAT(text, HasSubstr("(default: a.txt)"));
  EXPECT_THAT(text, HasSubstr("how many (must be set)"));
}

}  // namespace
}  // namespace blip
