#include "training/metrics/bootstrap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/base/error.h"
#include "training/data/random_stream.h"

namespace blip {
namespace {

std::vector<double> some_values(std::size_t count) {
  RandomStream random({7});
  std::vector<double> values(count);
  for (double& value : values) value = random.uniform();
  return values;
}

Statistic mean_statistic(const std::vector<double>& values) {
  return [&values](std::span<const std::size_t> samples) {
    double sum = 0;
    for (const std::size_t sample : samples) sum += values[sample];
    return sum / static_cast<double>(samples.size());
  };
}

TEST(Bootstrap, EqualValuesGiveAnIntervalWithoutWidth) {
  const auto interval = mean_interval(Clusters(20), std::vector<double>(20, 3.5));
  EXPECT_DOUBLE_EQ(interval->low, 3.5);
  EXPECT_DOUBLE_EQ(interval->high, 3.5);
}

// Of two samples 0 and 1 a resample has mean 0, 1/2 or 1 with chances 1/4, 1/2 and 1/4.
TEST(Bootstrap, TwoSamplesGiveAllThatTheyCan) {
  const std::vector<double> values = {0, 1};
  const auto wide = mean_interval(Clusters(2), values, {.resamples = 400, .confidence = 0.9});
  EXPECT_EQ(wide->low, 0);
  EXPECT_EQ(wide->high, 1);
  const auto narrow = mean_interval(Clusters(2), values, {.resamples = 400, .confidence = 0.2});
  EXPECT_EQ(narrow->low, 0.5);
  EXPECT_EQ(narrow->high, 0.5);
}

TEST(Bootstrap, TheWidthIsThatOfTheNormalApproximation) {
  const std::size_t count = 400;
  const auto values = some_values(count);
  const auto interval = mean_interval(Clusters(count), values, {.resamples = 2000});
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(count);
  double variance = 0;
  for (const double value : values) variance += (value - mean) * (value - mean) / static_cast<double>(count);
  const double error = std::sqrt(variance / static_cast<double>(count));
  EXPECT_NEAR(interval->low, mean - 1.96 * error, 0.25 * error);
  EXPECT_NEAR(interval->high, mean + 1.96 * error, 0.25 * error);
}

TEST(Bootstrap, SamplesOfOneClusterStandOrFallTogether) {
  // Ten questions on each of twenty videos, all right or all wrong: as unsure as twenty samples, not two hundred.
  std::vector<double> values, of_videos;
  std::vector<std::string> videos;
  for (int video = 0; video < 20; ++video) {
    of_videos.push_back(video % 2);
    for (int question = 0; question < 10; ++question) {
      values.push_back(video % 2);
      videos.push_back("video" + std::to_string(video));
    }
  }
  const auto clustered = mean_interval(Clusters(videos), values);
  const auto plain = mean_interval(Clusters(values.size()), values);
  const auto twenty = mean_interval(Clusters(of_videos.size()), of_videos);
  EXPECT_DOUBLE_EQ(clustered->low, twenty->low);
  EXPECT_DOUBLE_EQ(clustered->high, twenty->high);
  EXPECT_GT(clustered->high - clustered->low, 2 * (plain->high - plain->low));
}

TEST(Bootstrap, ClustersOfOneArePlainSamples) {
  const auto values = some_values(30);
  std::vector<std::string> names;
  for (int i = 0; i < 30; ++i) names.push_back(std::to_string(i));
  EXPECT_EQ(mean_interval(Clusters(names), values)->low, mean_interval(Clusters(30), values)->low);
}

TEST(Bootstrap, TheMeanIsAStatisticLikeOthers) {
  const auto values = some_values(25);
  std::vector<std::string> names;
  for (int i = 0; i < 25; ++i) names.push_back(std::to_string(i / 3));
  const Clusters clusters(names);
  const auto fast = mean_interval(clusters, values), general = bootstrap_interval(clusters, mean_statistic(values));
  EXPECT_NEAR(fast->low, general->low, 1e-12);
  EXPECT_NEAR(fast->high, general->high, 1e-12);
}

TEST(Bootstrap, NegatedValuesMirrorTheInterval) {
  const auto values = some_values(15);
  std::vector<double> negated;
  for (const double value : values) negated.push_back(-value);
  const auto there = mean_interval(Clusters(15), values), back = mean_interval(Clusters(15), negated);
  EXPECT_NEAR(there->low, -back->high, 1e-12);
  EXPECT_NEAR(there->high, -back->low, 1e-12);
}

TEST(Bootstrap, IsAFunctionOfTheSeed) {
  const auto values = some_values(15);
  const Clusters clusters(15);
  EXPECT_EQ(mean_interval(clusters, values, {.seed = 3})->low, mean_interval(clusters, values, {.seed = 3})->low);
  EXPECT_NE(mean_interval(clusters, values, {.seed = 3})->low, mean_interval(clusters, values, {.seed = 4})->low);
}

TEST(Bootstrap, WhatHasNoIntervalGetsNone) {
  EXPECT_FALSE(mean_interval(Clusters(1), std::vector<double>{1}));
  EXPECT_FALSE(mean_interval(Clusters(0), {}));
  EXPECT_FALSE(mean_interval(Clusters(std::vector<std::string>{"a", "a"}), std::vector<double>{1, 2}));
  EXPECT_FALSE(mean_interval(Clusters(2), std::vector<double>{1, std::numeric_limits<double>::quiet_NaN()}));
}

TEST(Bootstrap, RefusesOptionsOutOfRange) {
  const std::vector<double> values = {1, 2};
  EXPECT_THROW(mean_interval(Clusters(2), values, {.resamples = 0}), Error);
  EXPECT_THROW(mean_interval(Clusters(2), values, {.confidence = 1}), Error);
  EXPECT_THROW(mean_interval(Clusters(3), values), Error);
}

}  // namespace
}  // namespace blip
