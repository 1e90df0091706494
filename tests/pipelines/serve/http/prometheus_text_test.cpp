#include "pipelines/serve/http/prometheus_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace blip {
namespace {

TEST(PrometheusText, WritesHelpTypeAndSamples) {
  PrometheusText out;
  out.metric("a_total", "counter", "How many.");
  out.sample({}, 3);
  out.sample({{"x", "1"}, {"y", "z"}}, 0.5);
  EXPECT_EQ(out.text(), "# HELP a_total How many.\n# TYPE a_total counter\na_total 3\na_total{x=\"1\",y=\"z\"} 0.5\n");
}

TEST(PrometheusText, EscapesAsTheFormatSays) {
  PrometheusText out;
  out.metric("a", "gauge", "back\\slash \"quote\"\nline");
  out.sample({{"x", "back\\slash \"quote\"\nline"}}, 1);
  EXPECT_EQ(out.text(),
            "# HELP a back\\\\slash \"quote\"\\nline\n# TYPE a gauge\n"
            "a{x=\"back\\\\slash \\\"quote\\\"\\nline\"} 1\n");
}

TEST(PrometheusText, WritesNumbersThatReadBackTheSame) {
  EXPECT_EQ(prometheus_number(0.1), "0.1");
  EXPECT_EQ(prometheus_number(1e300), "1e+300");
  EXPECT_EQ(prometheus_number(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(prometheus_number(-std::numeric_limits<double>::infinity()), "-Inf");
  EXPECT_EQ(prometheus_number(std::numeric_limits<double>::quiet_NaN()), "NaN");
}

TEST(DurationHistogram, BucketsCountAllThatIsNotLonger) {
  DurationHistogram histogram;
  histogram.add(0.005);  // a bound belongs to its bucket
  histogram.add(0.006);
  histogram.add(60);
  PrometheusText out;
  out.metric("d", "histogram", "h");
  histogram.write(out, {{"r", "/"}});
  EXPECT_NE(out.text().find("d_bucket{r=\"/\",le=\"0.005\"} 1\n"), std::string::npos) << out.text();
  EXPECT_NE(out.text().find("d_bucket{r=\"/\",le=\"0.01\"} 2\n"), std::string::npos);
  EXPECT_NE(out.text().find("d_bucket{r=\"/\",le=\"10\"} 2\n"), std::string::npos);
  EXPECT_NE(out.text().find("d_bucket{r=\"/\",le=\"+Inf\"} 3\n"), std::string::npos);
  EXPECT_NE(out.text().find("d_count{r=\"/\"} 3\n"), std::string::npos);
  EXPECT_NEAR(histogram.sum, 60.011, 1e-9);
}

}  // namespace
}  // namespace blip
