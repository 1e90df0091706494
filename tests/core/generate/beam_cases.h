#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/generate/options.h"
#include "tests/core/generate/scripted_model.h"

namespace blip::test {

inline nlohmann::json read_beam_cases(const std::string& name) {
  std::ifstream file(std::filesystem::path(BLIP_SOURCE_DIR) / "tests/data/generate" / name);
  if (!file) throw std::runtime_error("tests/data/generate/" + name + " is missing");
  return nlohmann::json::parse(file);
}

// The toy model of the cases: rows of a table, chosen by the whole prefix.
inline LanguageModel toy_model() {
  const nlohmann::json data = read_beam_cases("beam_cases.json");
  return [table = data.at("table").get<std::vector<std::vector<float>>>(),
          scale = data.at("scale").get<float>()](const Ids& prefix) {
    std::int64_t state = 0;
    for (const std::int64_t id : prefix) state = (31 * state + id + 1) % static_cast<std::int64_t>(table.size());
    std::vector<float> logits = table[static_cast<std::size_t>(state)];
    for (float& logit : logits) logit /= scale;
    return logits;
  };
}

inline GenerationOptions options_of(const nlohmann::json& test_case, BeamScoring scoring) {
  GenerationOptions options;
  options.num_beams = test_case.at("num_beams");
  options.min_length = test_case.at("min_length");
  options.max_length = test_case.at("max_length");
  options.length_penalty = test_case.at("length_penalty");
  options.repetition_penalty = test_case.at("repetition_penalty");
  options.num_return = test_case.at("num_return");
  options.early_stopping = test_case.at("early_stopping");
  options.beam_scoring = scoring;
  return options;
}

inline void expect_results(const std::vector<GeneratedSequence>& results, const nlohmann::json& expected) {
  ASSERT_EQ(results.size(), expected.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    EXPECT_EQ(results[i].ids, expected[i].at("ids").get<Ids>()) << "result " << i;
    const double score = expected[i].at("score");
    EXPECT_NEAR(results[i].score, score, 1e-5 * std::max(1.0, std::abs(score))) << "result " << i;
    const auto logprobs = expected[i].at("token_logprobs").get<std::vector<float>>();
    ASSERT_EQ(results[i].token_logprobs.size(), logprobs.size()) << "result " << i;
    for (std::size_t t = 0; t < logprobs.size(); ++t) EXPECT_NEAR(results[i].token_logprobs[t], logprobs[t], 1e-5);
  }
}

// Holds our searches against what transformers gave for a toy model: tests/data/generate/make_beam_cases.py. Every case
// of `kind` that `wanted` picks; there must be some.
inline void expect_reference_results(const std::string& kind, BeamScoring scoring,
                                     const std::function<bool(const GenerationOptions&)>& wanted) {
  const nlohmann::json data = read_beam_cases("beam_cases.json");
  const LanguageModel model = toy_model();
  int count = 0;
  for (const nlohmann::json& test_case : data.at("cases")) {
    const GenerationOptions options = options_of(test_case, scoring);
    if (test_case.at("kind") != kind || !wanted(options)) continue;
    ++count;
    SCOPED_TRACE(test_case.dump().substr(0, 220));
    expect_results(run_search(test_case.at("prompt").get<Ids>(), options, model, data.at("sep")),
                   test_case.at("results"));
  }
  EXPECT_GT(count, 0);
}

}  // namespace blip::test
