#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "training/data/dataset.h"
#include "training/data/sample_order.h"

namespace blip {

// A data set with its share of an epoch.
struct MixturePart {
  std::string name;  // for messages
  std::shared_ptr<const Dataset> dataset;
  // How often an epoch goes through it: 1 = each sample once, 2 = twice, 0.2 = a fifth, the next epoch the next fifth
  // (as the paper does with LAION).
  double weight = 1;
};

// One draw of a mixture.
struct Draw {
  std::size_t part = 0;
  std::int64_t epoch = 0;  // of the part: how often it was gone through before
  std::int64_t index = 0;  // of the sample within the part
};

// Several data sets read as one, evenly mixed in the proportions of their shares. Every epoch has the same length, and
// holds of each part exactly round(weight x size) draws; a function of (seed, epoch, position) alone. Safe to share.
class Mixture {
 public:
  // Throws Error(kInvalidArgument) without parts, for a weight that is not above 0, or a share of no sample.
  Mixture(std::vector<MixturePart> parts, OrderOptions options);

  std::int64_t size() const noexcept { return size_; }  // draws of one epoch
  const std::vector<MixturePart>& parts() const noexcept { return parts_; }
  Draw at(std::int64_t epoch, std::int64_t position) const;  // position in [0, size)

 private:
  // How many draws of part `p` come before block `b` of an epoch.
  std::int64_t draws_before(std::size_t p, std::int64_t b) const noexcept;
  std::int64_t block_start(std::int64_t b) const noexcept;

  std::vector<MixturePart> parts_;
  std::vector<std::unique_ptr<SampleOrder>> orders_;
  std::vector<std::int64_t> shares_;  // draws of each part an epoch
  OrderOptions options_;
  std::int64_t size_ = 0, blocks_ = 1;
};

}  // namespace blip
