#pragma once

#include <exception>
#include <vector>

#include "core/base/outcome.h"
#include "core/engine/feature_cache.h"
#include "core/engine/request.h"

namespace blip {

// Runs slices of one model and kind (any but kDecode) in one call of the backend, puts the results into the requests
// and counts. When that fails each request's slice runs alone, and only those that fail again get the error. Never
// throws. Pictures that the cache has, or that are equal within the batch, are not encoded again.
void run_batch(const std::vector<Slice>& batch, FeatureCache& cache) noexcept;

// What was caught, as a value.
Failure failure_of(const std::exception_ptr& error) noexcept;

}  // namespace blip
