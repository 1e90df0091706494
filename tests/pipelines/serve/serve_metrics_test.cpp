#include "pipelines/serve/serve_metrics.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <sstream>

namespace blip {
namespace {

// The format's own rules: a HELP and a TYPE before the samples of a metric, each metric once, samples well-formed.
TEST(ServeMetrics, TheTextIsWellFormed) {
  ServeMetrics metrics;
  metrics.observe("/a\"b\\c\nd", "GET", 200, 0.5);
  metrics.observe("", "", 400, 0);
  metrics.searched({});
  ServeMetrics::Now now;
  now.streams = {{1, "rtsp://a/\"x\"\n", "running", "", 1, 2, 3, 0.5, 1, ""}};
  std::istringstream text(metrics.text(now));
  const std::regex sample(
      R"(([a-z_]+)(\{[a-z]+="([^"\\]|\\["\\n])*"(,[a-z]+="([^"\\]|\\["\\n])*")*\})? (-?[0-9.]+(e[-+][0-9]+)?|\+Inf|NaN))");
  std::set<std::string> known;
  std::string line, current;
  while (std::getline(text, line)) {
    std::smatch parts;
    if (line.starts_with("# HELP ")) {
      current = line.substr(7, line.find(' ', 7) - 7);
      EXPECT_TRUE(known.insert(current).second) << current << " is there twice";
    } else if (line.starts_with("# TYPE ")) {
      EXPECT_EQ(line.substr(7, line.find(' ', 7) - 7), current);
    } else {
      ASSERT_TRUE(std::regex_match(line, parts, sample)) << line;
      EXPECT_EQ(parts[1].str().find(current), 0u) << line << " belongs to " << current;
    }
  }
  EXPECT_GT(known.size(), 15u);
}

TEST(ServeMetrics, KnowsItsOwnMemory) {
  const std::string text = ServeMetrics().text({});
  const std::string name = "\nprocess_resident_memory_bytes ";
  const double bytes = std::stod(text.substr(text.find(name) + name.size()));
  EXPECT_GT(bytes, 1e6);
  EXPECT_LT(bytes, 1e12);
}

TEST(ServeMetrics, PartsOfSearchesAreInSeconds) {
  ServeMetrics metrics;
  SearchResult result;
  result.times.scan = 250;
  result.judged = 64;
  metrics.searched(result);
  metrics.searched(result);
  const std::string text = metrics.text({});
  EXPECT_NE(text.find("gst_blip_search_seconds_sum{part=\"scan\"} 0.5\n"), std::string::npos) << text;
  EXPECT_NE(text.find("gst_blip_search_judged_total 128\n"), std::string::npos);
}

}  // namespace
}  // namespace blip
