#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "training/data/batch.h"
#include "training/data/text_preparation.h"
#include "training/data/transform.h"

namespace blip {

// Fills one batch, place by place. Different places may be filled by different threads at once; memory is used again
// from batch to batch.
class BatchBuilder {
 public:
  // Both must outlive the builder.
  // states: what samples carry in place of pictures; 0 = pictures.
  BatchBuilder(const Transform& transform, const TextPreparation& texts, StateSize states = {})
      : transform_(&transform), texts_(&texts), state_size_(states) {}

  void start(std::int64_t size);
  // Throws Error(kInvalidData) naming the sample when the task cannot use it; the place may then be filled again.
  void fill(std::int64_t place, Sample& sample, RandomStream& random);
  // Puts the texts together; the batch is complete. Its former content is the next batch's memory.
  void finish(Batch& batch);

 private:
  struct Place {
    std::string id;
    PreparedText text;
    std::vector<WeightedAnswer> answers;
    std::int64_t image_index = -1, label = -1;
  };

  const Transform* transform_;
  const TextPreparation* texts_;
  std::vector<Place> places_;
  std::vector<float> images_, second_images_;
  StateSize state_size_;
  std::vector<std::uint16_t> states_;
};

}  // namespace blip
