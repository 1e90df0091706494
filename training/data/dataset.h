#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/vision/rgb_image.h"

namespace blip {

// One answer of a VQA question with its share of the loss (count / 10 in VQAv2, 0.2 in Visual Genome).
struct WeightedAnswer {
  std::string text;
  float weight = 0;
};

// One item of a data set as its files hold it, pictures decoded, texts not cleaned yet.
struct Sample {
  std::string id;  // file and key, for messages
  RgbImage image;
  RgbImage second_image;                // NLVR2 only, else empty
  std::string text;                     // caption, question or statement
  std::vector<std::string> captions;    // all captions of the picture where `text` is one of them, for measuring
  std::vector<WeightedAnswer> answers;  // VQA
  std::int64_t image_index = -1;        // retrieval: equal for captions of one picture
  std::int64_t label = -1;              // NLVR2
};

// Random access to samples; what is known without opening pictures is checked when the data set is made. Safe to call
// from several threads at once.
class Dataset {
 public:
  virtual ~Dataset() = default;
  virtual std::int64_t size() const noexcept = 0;
  // How many samples lie in each file that is read in a row, in the order of the indices; shuffling goes by them.
  virtual std::vector<std::int64_t> shard_sizes() const { return {size()}; }
  // Reads and decodes sample `index`. `choice` is a random number with which a data set picks among several texts or
  // frames of the item, so that the result depends on nothing else. Throws Error(kInvalidData, kNotFound) naming the
  // sample when its picture or text is broken; the loader counts, reports and skips it.
  virtual Sample read(std::int64_t index, std::uint64_t choice) const = 0;
  // What was left out when it was opened, one line each.
  virtual const std::vector<std::string>& warnings() const noexcept = 0;
};

}  // namespace blip
