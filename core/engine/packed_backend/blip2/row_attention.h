#pragma once

#include <cstdint>
#include <span>

#include "core/engine/packed_backend/blip2/gathered_attention.h"
#include "core/engine/packed_backend/blip2/prefix.h"

namespace blip {

// Queries, keys and values of rows: those of row r are r * stride behind the first.
struct QkvRows {
  const float *queries = nullptr, *keys = nullptr, *values = nullptr;
  std::int64_t stride = 0;
};

// What the rows of a decoder's layer attend to: all that differs between taking in a prompt, scoring answers and a step
// of many beams.
class RowAttention {
 public:
  virtual ~RowAttention() = default;
  // Takes in the keys and values of the rows and fills context [rows, W]; false: nothing more is needed of this layer.
  virtual bool attend_self(std::int64_t layer, const QkvRows& rows, float* context) = 0;
  virtual void attend_cross(std::int64_t layer, const float* queries, float* context) = 0;
};

// The sizes of a decoder that attention has to know.
struct DecoderShape {
  std::int64_t layers = 0, width = 0, vocabulary = 0;
  std::int64_t positions = 0;  // a sequence may have; 0 = no limit
  AttentionForm self, cross;   // W = heads * width of a head, which need not be `width`

  std::int64_t kept_width() const { return self.heads.heads * self.heads.width; }  // W, of keys and of values
};

// A Transformer decoder without its attention, on packed or stored weights. Rows are independent of each other.
class PackedDecoder {
 public:
  virtual ~PackedDecoder() = default;
  virtual const DecoderShape& shape() const = 0;
  // x [width] = what the first layer is given for `id`; position: among those that have one.
  virtual void embed(Workspace& workspace, std::int64_t id, std::int64_t position, float* x) const = 0;
  virtual void run_layer(Workspace& workspace, std::int64_t layer, float* x, std::int64_t rows,
                         RowAttention& attention) const = 0;
  // x [rows, width] of the last layer -> logits [rows, vocabulary]. Changes x.
  virtual void run_head(Workspace& workspace, float* x, std::int64_t rows, float* logits) const = 0;
};

// What a sequence has in front of it.
struct DecodeStart {
  std::vector<PrefixPart> before;         // side by side
  std::shared_ptr<const Prefix> encoded;  // keys and values of the encoder's states, for cross-attention; or null
  std::int64_t position = 0;              // of the next token

  std::int64_t tokens() const {
    std::int64_t all = 0;
    for (const PrefixPart& part : before) all += part.tokens;
    return all;
  }
  void gather(std::int64_t layer, const float** rows) const {
    for (const PrefixPart& part : before) {
      part.prefix->gather(layer, part.tokens, rows);
      rows += part.tokens;
    }
  }
};

}  // namespace blip
