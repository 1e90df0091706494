#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/checkpoint/config_reader.h"
#include "core/checkpoint/model_config.h"
#include "core/checkpoint/tensor_map.h"

namespace blip {

// Sizes from tensors under original names, held against what a config declares. Keeps references to all three.
// Everything throws Error(kInvalidData) that names `source` and both sides of a contradiction.
class SizeReader {
 public:
  // `declared_source`: the config's file, for messages.
  SizeReader(const TensorMap& tensors, const std::string& declared_source, const std::string& source)
      : tensors_(tensors), declared_source_(declared_source), source_(source) {}

  bool has(const std::string& name) const { return tensors_.contains(name); }

  // The size of one dimension of a tensor with `rank` dimensions.
  std::int64_t dimension(const std::string& name, std::size_t rank, std::size_t index) const;

  // One more than the largest number that follows `prefix`: "visual_encoder.blocks." -> 12; 0 where there is none.
  std::int64_t depth(const std::string& prefix) const;

  void agree(const std::string& field, std::optional<std::int64_t> declared, std::int64_t found,
             const std::string& where) const;

  // Second dimension of `key`, the width that it reads, which must be that of the states it is given.
  std::int64_t cross_width(const std::string& key, const std::string& states, std::int64_t width) const;

  // Declared, else width / 64.
  std::int64_t heads(const std::string& field, std::optional<std::int64_t> declared, std::int64_t width) const;

 private:
  const TensorMap& tensors_;
  const std::string& declared_source_;
  const std::string& source_;
};

// The image encoder's sizes; `grid` becomes the patches a side in its position embeddings.
VisionConfig resolve_vision(const SizeReader& sizes, const DeclaredConfig::Vision& declared, std::int64_t& grid,
                            const std::string& source);

}  // namespace blip
