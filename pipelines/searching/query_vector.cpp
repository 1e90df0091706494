#include "pipelines/searching/query_vector.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr double kNothingLeft = 1e-6;  // shorter sums say nothing

double dot_product(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

void add(std::vector<double>& sum, std::span<const float> vector, double weight) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += weight * vector[i];
}

void make_unit(std::vector<double>& vector) {
  double squares = 0;
  for (const double x : vector) squares += x * x;
  const double length = std::sqrt(squares);
  if (!(length > kNothingLeft))
    throw Error(ErrorKind::kInvalidArgument, "the terms of the search cancel each other out; give other weights");
  for (double& x : vector) x /= length;
}

}  // namespace

std::vector<float> query_vector(std::span<const WeightedVector> parts) {
  const bool wanted = std::any_of(parts.begin(), parts.end(), [](const WeightedVector& p) { return p.weight > 0; });
  if (!wanted)
    throw Error(ErrorKind::kInvalidArgument, "the search says only what is not wanted; say what to look for, too");
  std::vector<double> sum(parts.front().vector.size());
  for (const WeightedVector& part : parts) {
    if (part.vector.size() != sum.size())
      throw Error(ErrorKind::kInvalidArgument, "embeddings of " + std::to_string(part.vector.size()) + " and " +
                                                   std::to_string(sum.size()) +
                                                   " numbers cannot be searched for together");
    if (part.weight > 0) add(sum, part.vector, part.weight);
  }
  make_unit(sum);
  const std::vector<float> aim(sum.begin(), sum.end());
  for (const WeightedVector& part : parts) {
    if (!(part.weight < 0)) continue;
    add(sum, part.vector, part.weight);
    add(sum, aim, -part.weight * dot_product(part.vector, aim));
  }
  make_unit(sum);
  return {sum.begin(), sum.end()};
}

}  // namespace blip
