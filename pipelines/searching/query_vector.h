#pragma once

#include <span>
#include <vector>

namespace blip {

// A direction in the space of embeddings: unit length, and how much of it is wanted. Below 0: less of it.
struct WeightedVector {
  std::span<const float> vector;  // [E]
  double weight = 1;
};

// What to scan with, [E], unit length: the sum of the wanted vectors, from which each unwanted one takes away the part
// that it does not share with that sum. So "a red circle" without "a circle" is not pushed away from circles that are
// red. Throws Error(kInvalidArgument) when nothing is wanted, sizes differ, or nothing is left of the sum.
std::vector<float> query_vector(std::span<const WeightedVector> parts);

}  // namespace blip
