#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "training/data/dataset.h"
#include "training/data/state_store.h"

namespace blip {

// A data set whose pictures need not be decoded: samples carry what the image encoder made of them.
class StoredStatesDataset final : public Dataset {
 public:
  // states->pictures() is dataset->picture_count().
  StoredStatesDataset(std::shared_ptr<const Dataset> dataset, std::shared_ptr<const StateStore> states)
      : dataset_(std::move(dataset)), states_(std::move(states)) {}

  std::int64_t size() const noexcept override { return dataset_->size(); }
  std::vector<std::int64_t> shard_sizes() const override { return dataset_->shard_sizes(); }
  Sample read(std::int64_t index, std::uint64_t choice) const override {
    Sample sample = dataset_->read_text(index, choice);
    sample.states = states_->states(dataset_->picture_of(index));
    sample.state_size = states_->size();
    constexpr std::uint16_t kExponent = 0x7C00;  // all set: not a number
    if ((sample.states.front() & kExponent) == kExponent)
      throw Error(ErrorKind::kInvalidData, "sample '" + sample.id + "' has a picture that could not be read");
    return sample;
  }
  const std::vector<std::string>& warnings() const noexcept override { return dataset_->warnings(); }

 private:
  std::shared_ptr<const Dataset> dataset_;
  std::shared_ptr<const StateStore> states_;
};

}  // namespace blip
