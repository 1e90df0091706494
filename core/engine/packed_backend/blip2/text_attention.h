#pragma once

#include "core/engine/packed_backend/blip2/row_attention.h"

namespace blip {

// Whole texts behind one beginning, one after the other: text t has the rows [starts[t], starts[t + 1]). A row sees the
// beginning, and of its text the rows up to itself (causal) or all.
class TextAttention final : public RowAttention {
 public:
  // Borrows all it is given. kept: null, or where keys and values of the only text go; then the last layer's output is
  // not needed.
  TextAttention(Workspace& workspace, const DecoderShape& shape, const DecodeStart& start,
                std::span<const std::int64_t> starts, bool causal, Prefix* kept = nullptr);

  bool attend_self(std::int64_t layer, const QkvRows& rows, float* context) override;
  void attend_cross(std::int64_t layer, const float* queries, float* context) override;

 private:
  Workspace& workspace_;
  const DecoderShape& shape_;
  const DecodeStart& start_;
  std::span<const std::int64_t> starts_;
  bool causal_;
  Prefix* kept_;
};

// Keys and values of embedded tokens x [rows, width] behind `start`. Changes x.
std::shared_ptr<Prefix> take_in(Workspace& workspace, const PackedDecoder& decoder, const DecodeStart& start, float* x,
                                std::int64_t rows);

// `start` with all of `prompt` but the last token taken in behind it.
DecodeStart behind_text(Workspace& workspace, const PackedDecoder& decoder, DecodeStart start,
                        std::span<const std::int64_t> prompt);

}  // namespace blip
