#include "training/trainer/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace blip {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(Report, HoldsCurvesValuesSamplesAndTheRecipe) {
  const std::string html = training_report({.title = "caption <1>",
                                            .recipe = "task: caption\n",
                                            .metrics = {{10, {{"loss", 2}, {"loss_lm", 1.5}, {"lr", 1e-3}}},
                                                        {20, {{"loss", 1}, {"loss_lm", 0.5}, {"lr", 1e-3}}},
                                                        {20, {{"val_loss", 1.25}}}},
                                            .samples = {{"foo", "a red <circle>", "a blue circle"}},
                                            .samples_step = 20});
  EXPECT_THAT(html, AllOf(HasSubstr("<title>caption &lt;1&gt;</title>"), HasSubstr("Training loss"), HasSubstr("<svg"),
                          HasSubstr("data:image/jpeg;base64,Zm9v"), HasSubstr("a red &lt;circle&gt;"),
                          HasSubstr("<pre>task: caption\n</pre>")));
  EXPECT_THAT(html, HasSubstr("<tr><td>loss</td><td>1</td><td>1</td><td>2</td></tr>"));
  EXPECT_THAT(html, AllOf(HasSubstr("Predictions at step 20"), HasSubstr("prefers-color-scheme: dark")));
}

TEST(Report, NeedsNothingFromElsewhere) {
  const std::string html = training_report({.title = "t", .metrics = {{1, {{"loss", 2}}}, {2, {{"loss", 1}}}}});
  EXPECT_THAT(html, AllOf(Not(HasSubstr("http:")), Not(HasSubstr("https:")), Not(HasSubstr("<link")),
                          Not(HasSubstr("<script"))));
}

TEST(Report, CanBeEmpty) {
  EXPECT_THAT(training_report({.title = "t"}), HasSubstr("0 steps"));
}

}  // namespace
}  // namespace blip
