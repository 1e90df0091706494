#include "core/engine/packed_backend/stored_key_values.h"

#include <algorithm>
#include <cstring>

#include "core/kernels/parallel.h"

namespace blip {
namespace {

constexpr std::int64_t kTokenAlignment = 32;
constexpr std::int64_t kTogether = 16;  // tokens and channels that are transposed at a time

std::int64_t aligned(std::int64_t count, std::int64_t to) {
  return (count + to - 1) / to * to;
}

BFloat16 rounded(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return static_cast<BFloat16>((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}
void put(float value, float* to) {
  *to = value;
}
void put(float value, BFloat16* to) {
  *to = rounded(value);
}

// rows [count, row_stride] -> columns [width, column_stride]
template <class Element>
void transpose(const float* rows, std::int64_t row_stride, std::int64_t count, std::int64_t width, Element* columns,
               std::int64_t column_stride) {
  for (std::int64_t n = 0; n < count; n += kTogether) {
    for (std::int64_t d = 0; d < width; ++d) {
      for (std::int64_t i = n; i < std::min(n + kTogether, count); ++i)
        put(rows[i * row_stride + d], columns + d * column_stride + i);
    }
  }
}

}  // namespace

StoredKeyValues::StoredKeyValues(const BlockPool& pool, HeadShape shape, MatmulType type, std::size_t layers,
                                 std::int64_t tokens)
    : shape_(shape),
      type_(type),
      tokens_(tokens),
      stride_(aligned(tokens, kTokenAlignment)),
      layers_(layers),
      bytes_(pool.take(static_cast<std::size_t>(bytes()))) {}

std::uint64_t StoredKeyValues::bytes() const {
  return layers_ * static_cast<std::uint64_t>(shape_.heads * shape_.width * 2 * stride_ * element_bytes(type_));
}

KeyValues StoredKeyValues::layer(std::size_t number) const {
  const std::int64_t half = shape_.heads * shape_.width * stride_;
  const std::byte* keys = bytes_.get() + static_cast<std::int64_t>(number) * 2 * half * element_bytes(type_);
  KeyValues layer;
  layer.type = type_;
  layer.keys = keys;
  layer.values = keys + half * element_bytes(type_);
  layer.tokens = tokens_;
  layer.key_head = shape_.width * stride_;
  layer.key_channel = stride_;
  layer.key_token = 1;
  layer.value_head = stride_ * shape_.width;
  layer.value_token = shape_.width;
  return layer;
}

// rows [end - begin, 2 * D]: keys and values of tokens [begin, end).
void StoredKeyValues::take_rows(std::size_t number, const float* rows, std::int64_t begin, std::int64_t end) {
  const KeyValues to = layer(number);
  const std::int64_t width = shape_.heads * shape_.width;
  const auto take = [&](auto* keys, auto* values) {
    for (std::int64_t head = 0; head < shape_.heads; ++head) {
      const float* from = rows + head * shape_.width;
      transpose(from, 2 * width, end - begin, shape_.width, keys + head * to.key_head + begin, to.key_channel);
      for (std::int64_t n = begin; n < end; ++n) {
        const float* row = from + (n - begin) * 2 * width + width;
        auto* value = values + head * to.value_head + n * to.value_token;
        for (std::int64_t d = 0; d < shape_.width; ++d) put(row[d], value + d);
      }
    }
  };
  void *keys = const_cast<void*>(to.keys), *values = const_cast<void*>(to.values);
  if (type_ == MatmulType::kBFloat16) {
    take(static_cast<BFloat16*>(keys), static_cast<BFloat16*>(values));
  } else {
    take(static_cast<float*>(keys), static_cast<float*>(values));
  }
}

std::shared_ptr<const StoredKeyValues> StoredKeyValues::make(Workspace& workspace, HeadShape shape, MatmulType type,
                                                             std::span<const PackedLinear* const> layers,
                                                             const float* source, std::int64_t tokens) {
  std::shared_ptr<StoredKeyValues> made(new StoredKeyValues(workspace.blocks, shape, type, layers.size(), tokens));
  // Few tokens stay together: threads take other layers then, and weights are read once.
  const std::int64_t panels = tokens <= kPanelRows ? 1 : panel_count(tokens, workspace.threads);
  const auto count = static_cast<std::int64_t>(layers.size());
  parallel_for(workspace.threads, panels * count, [&](std::int64_t task, int slot) {
    const std::int64_t panel = task / count, number = task % count;
    const PackedLinear& layer = *layers[static_cast<std::size_t>(number)];
    const std::int64_t begin = panel_begin(tokens, panels, panel), end = panel_begin(tokens, panels, panel + 1);
    Arena& arena = workspace.arenas[static_cast<std::size_t>(slot)];
    const Arena::Scope scope(arena);
    auto* rows = arena.take<float>((end - begin) * layer.out());
    layer.run_rows(workspace, slot, source + begin * layer.in(), end - begin, rows);
    made->take_rows(static_cast<std::size_t>(number), rows, begin, end);
  });
  return made;
}

}  // namespace blip
