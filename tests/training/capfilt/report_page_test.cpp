#include "training/capfilt/report_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace blip {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::size_t count_of(const std::string& html, const std::string& part) {
  std::size_t count = 0;
  for (auto at = html.find(part); at != std::string::npos; at = html.find(part, at + 1)) ++count;
  return count;
}

TEST(CapFiltReportPage, ShowsCountsByReasonTheMostFrequentFirst) {
  CapFiltReport report;
  report.title = "a <run>";
  report.units = report.finished = 3;
  report.rows = {{"web texts", 1234567, 1234000, {{"few", 7}, {"many", 500}}, {{"broken", 60}}}};
  const std::string html = capfilt_report_page(report);
  EXPECT_THAT(html, AllOf(HasSubstr("<title>a &lt;run&gt;</title>"), HasSubstr("3 of 3 units finished</p>"),
                          HasSubstr("<td class=\"number\">1,234,567</td>"), HasSubstr("<td class=\"number\">507</td>"),
                          HasSubstr("<td class=\"number\">60</td>"), Not(HasSubstr("do not add up"))));
  EXPECT_LT(html.find("many</td>"), html.find("few</td>"));
  EXPECT_THAT(html, HasSubstr("flex:507"));
}

TEST(CapFiltReportPage, SaysWhenCountsDoNotAddUp) {
  CapFiltReport report;
  report.rows = {{"pictures", 10, 5, {{"x", 2}}, {}}};
  EXPECT_THAT(capfilt_report_page(report), HasSubstr("do not add up: 3 are not accounted for"));
}

TEST(CapFiltReportPage, SaysThatItIsAPart) {
  CapFiltReport report;
  report.units = 1000;
  report.finished = 2;
  EXPECT_THAT(capfilt_report_page(report), HasSubstr("2 of 1,000 units finished: this is a part of the run"));
}

TEST(CapFiltReportPage, DrawsBarsBesideTheThreshold) {
  CapFiltReport report;
  report.threshold = 0.5;
  report.histograms = {{"web texts", {1000, 0, 10, 500}}, {"synthetic texts", {0, 0, 0, 0}}};
  const std::string html = capfilt_report_page(report);
  // Four bins over 12 … 628: 154 wide less a gap of 2; the highest reaches from 212 to 22.
  EXPECT_THAT(html, HasSubstr("<rect class=\"dropped\" x=\"13.0\" y=\"22.0\" width=\"152.0\" height=\"190.0\">"
                              "<title>0.00 to 0.25: 1,000</title>"));
  EXPECT_THAT(html, HasSubstr("<rect class=\"kept\" x=\"475.0\" y=\"117.0\" width=\"152.0\" height=\"95.0\">"));
  EXPECT_EQ(count_of(html, "<rect class=\"dropped\""), 1u);
  EXPECT_EQ(count_of(html, "<rect class=\"kept\""), 2u);
  EXPECT_THAT(html, AllOf(HasSubstr(">1.0k</text>"), HasSubstr(">500</text>"), HasSubstr("d=\"M320.0 4V212\"")));
  EXPECT_THAT(html, AllOf(HasSubstr("web texts: 1,510 judged"), Not(HasSubstr("synthetic texts: 0"))));
}

TEST(CapFiltReportPage, ShowsExamplesBySourceAndFate) {
  CapFiltReport report;
  const auto example = [](const char* source, bool kept, const char* text) {
    CapFiltReport::Example one;
    one.source = source;
    one.kept = kept;
    one.text = text;
    return one;
  };
  report.examples = {example("web", false, "buy <now>"), example("synthetic", true, "a cat"),
                     example("web", true, "a dog")};
  report.examples[0].jpeg = "foo";
  report.examples[0].match = 0.0312;
  report.examples[0].reason = "match below threshold";
  report.examples[0].label = "irrelevant";
  report.examples[0].place = "talk.mp4, 83.2 s";
  const std::string html = capfilt_report_page(report);
  EXPECT_THAT(html, AllOf(HasSubstr("data:image/jpeg;base64,Zm9v"), HasSubstr("buy &lt;now&gt;"),
                          HasSubstr("match 0.031 &middot; match below threshold &middot; truth: irrelevant &middot; "
                                    "talk.mp4, 83.2 s")));
  EXPECT_LT(html.find("a dog"), html.find("buy &lt;now&gt;"));
  EXPECT_LT(html.find("buy &lt;now&gt;"), html.find("a cat"));
  EXPECT_EQ(count_of(html, "<figure class=\"dropped\">"), 1u);
}

TEST(CapFiltReportPage, NeedsNothingFromElsewhereAndCanBeEmpty) {
  CapFiltReport report;
  report.settings = {{"captioner", "\"models/<x>\""}};
  const std::string html = capfilt_report_page(report);
  EXPECT_THAT(html, AllOf(HasSubstr("&quot;models/&lt;x&gt;&quot;"), HasSubstr("prefers-color-scheme: dark"),
                          Not(HasSubstr("http")), Not(HasSubstr("<script")), Not(HasSubstr("ITM probabilities"))));
}

}  // namespace
}  // namespace blip
