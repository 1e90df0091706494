#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/kernels/key_values.h"
#include "core/kernels/packed_linear.h"

namespace blip {

// Keys and values of one cross-attention source (a frame's tokens, or a question's states) for every layer of a MED, as
// attention reads them: keys [heads, width of a head, tokens], values [heads, tokens, width of a head].
class StoredKeyValues {
 public:
  // source [tokens, in] float; layers: of each, keys and values side by side [2 * D, in]. All layers are made in one
  // pass over the source.
  static std::shared_ptr<const StoredKeyValues> make(Workspace& workspace, HeadShape shape, MatmulType type,
                                                     std::span<const PackedLinear* const> layers, const float* source,
                                                     std::int64_t tokens);

  KeyValues layer(std::size_t number) const;
  std::uint64_t bytes() const;

 private:
  StoredKeyValues(const BlockPool& pool, HeadShape shape, MatmulType type, std::size_t layers, std::int64_t tokens);
  void take_rows(std::size_t layer, const float* rows, std::int64_t begin, std::int64_t end);

  HeadShape shape_;
  MatmulType type_;
  std::int64_t tokens_, stride_;  // of a channel's keys
  std::size_t layers_;
  std::shared_ptr<std::byte> bytes_;
};

}  // namespace blip
