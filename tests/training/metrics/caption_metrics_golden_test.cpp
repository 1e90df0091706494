#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/golden.h"
#include "tests/support/json_lines.h"
#include "training/metrics/bleu.h"
#include "training/metrics/cider.h"
#include "training/metrics/rouge_l.h"

namespace blip {
namespace {

constexpr double kTolerance = 1e-6;  // tests/data/golden/README.md

TEST(CaptionMetricsGolden, AgreeWithCocoCaption) {
  const auto file = test::read_json(test::golden_dir() / "metrics" / "caption_metrics.json");
  for (const char* name : {"pretokenised", "ptb"}) {
    const auto& set = file.at(name);
    std::vector<ScoredCaption> captions;
    for (const auto& id : set.at("image_order")) {
      const auto key = std::to_string(id.get<std::int64_t>());
      captions.push_back({set.at("candidates").at(key), set.at("references").at(key)});
    }
    ASSERT_FALSE(captions.empty());
    const auto expect = [&](const MetricScore& found, const std::string& metric) {
      EXPECT_NEAR(found.corpus, set.at(metric).at("corpus").get<double>(), kTolerance) << name << " " << metric;
      const auto each = set.at(metric).at("per_image").get<std::vector<double>>();
      ASSERT_EQ(found.each.size(), each.size());
      for (std::size_t i = 0; i < each.size(); ++i)
        EXPECT_NEAR(found.each[i], each[i], kTolerance) << name << " " << metric << " " << captions[i].candidate;
    };
    const auto scores = bleu(captions);
    for (std::size_t n = 0; n < scores.size(); ++n) expect(scores[n], "Bleu_" + std::to_string(n + 1));
    expect(cider(captions), "CIDEr");
    expect(rouge_l(captions), "ROUGE_L");
  }
}

}  // namespace
}  // namespace blip
