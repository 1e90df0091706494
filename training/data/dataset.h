#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/vision/rgb_image.h"
#include "training/data/state_store.h"

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
  std::span<const std::uint16_t> states;  // what the image encoder made of it, float16, in place of `image`
  StateSize state_size;                   // of them
  std::string prompt;                     // what a language model is shown before `text`
  bool verbatim = false;                  // texts are not to be cleaned
  RgbImage second_image;                  // NLVR2 only, else empty
  std::string text;                       // caption, question or statement
  std::vector<std::string> captions;      // all captions of the picture where `text` is one of them, for measuring
  std::vector<WeightedAnswer> answers;    // VQA
  std::int64_t image_index = -1;          // retrieval: equal for captions of one picture
  std::int64_t label = -1;                // NLVR2
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
  // The same without the pictures, where that saves time.
  virtual Sample read_text(std::int64_t index, std::uint64_t choice) const { return read(index, choice); }
  // Pictures by numbers of their own, for a data set with several samples of one; by default each sample has its own.
  virtual std::int64_t picture_count() const noexcept { return size(); }
  virtual std::int64_t picture_of(std::int64_t index) const { return index; }
  virtual RgbImage read_picture(std::int64_t picture) const { return read(picture, 0).image; }
  // What was left out when it was opened, one line each.
  virtual const std::vector<std::string>& warnings() const noexcept = 0;
};

}  // namespace blip
