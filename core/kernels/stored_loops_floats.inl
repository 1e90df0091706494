// A part of stored_loops_source.inl.
// Products of floating-point weights: dot products along the inputs, a tile of outputs by rows at a time, one vector of
// sums each. A sum's terms come in the same order in whatever tile it is.

namespace blip::BLIP_ISA {
namespace {

#if defined(__AVX512F__)
constexpr int kTileOuts = 4;  // with kTileRows, 24 of 32 registers
#else
constexpr int kTileOuts = 2;  // 8 of 16
#endif
// Many rows: as many outputs by inputs as floats stay in the first-level cache, beside the inputs of a tile of rows.
constexpr int kWideOuts = 8;
constexpr std::int64_t kChunk = 512;

template <int kOuts, int kRows, class Element>
[[gnu::always_inline]] inline void add_products(const Element* weights, std::int64_t weight_stride, const float* x,
                                                std::int64_t x_stride, std::int64_t n, Floats (&sums)[kRows][kOuts],
                                                bool fetch = false) {
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    Floats w[kOuts];
    for (int o = 0; o < kOuts; ++o) {
      w[o] = floats_at(weights + o * weight_stride + i);
      if (fetch) __builtin_prefetch(weights + (kOuts + o) * weight_stride + i, 0, 2);
    }
    for (int r = 0; r < kRows; ++r) {
      const Floats values = floats_at(x + r * x_stride + i);
      for (int o = 0; o < kOuts; ++o) sums[r][o] += w[o] * values;
    }
  }
  if (i == n) return;
  for (int o = 0; o < kOuts; ++o) {
    const Floats w = some_floats(weights + o * weight_stride + i, n - i);
    for (int r = 0; r < kRows; ++r) sums[r][o] += w * some_floats(x + r * x_stride + i, n - i);
  }
}

// Calls body with kRows = `rows` known to the compiler.
template <int kRows>
struct Rows {
  static constexpr int count = kRows;
};
template <class Body>
[[gnu::always_inline]] inline void with_rows(std::int64_t rows, Body body) {
  switch (rows) {
    case 1:
      return body(Rows<1>{});
    case 2:
      return body(Rows<2>{});
    case 3:
      return body(Rows<3>{});
#if defined(__AVX512F__)
    case 4:
      return body(Rows<4>{});
    case 5:
      return body(Rows<5>{});
#endif
    default:
      return body(Rows<kTileRows>{});
  }
}

template <int kOuts, int kRows, class Element>
[[gnu::noinline]] void whole_tile(const StoredProduct& product, std::int64_t first_out, std::int64_t first_row) {
  Floats sums[kRows][kOuts] = {};
  add_products<kOuts, kRows>(static_cast<const Element*>(product.weights) + first_out * product.in, product.in,
                             product.x + first_row * product.in, product.in, product.in, sums, /*fetch=*/true);
  for (int r = 0; r < kRows; ++r) {
    for (int o = 0; o < kOuts; ++o) product.sums[(first_row + r) * product.outs + first_out + o] = sum(sums[r][o]);
  }
}

// The sums so far are kept in scratch memory, [kRows, kOuts].
template <int kOuts, int kRows>
[[gnu::noinline]] void chunk_tile(const float* weights, std::int64_t weight_stride, const float* x,
                                  std::int64_t x_stride, std::int64_t n, float* kept) {
  Floats sums[kRows][kOuts];
  for (int r = 0; r < kRows; ++r) {
    for (int o = 0; o < kOuts; ++o) sums[r][o] = load<Floats>(kept + (r * kOuts + o) * kLanes);
  }
  add_products<kOuts, kRows>(weights, weight_stride, x, x_stride, n, sums);
  for (int r = 0; r < kRows; ++r) {
    for (int o = 0; o < kOuts; ++o) store(sums[r][o], kept + (r * kOuts + o) * kLanes);
  }
}

std::int64_t scratch_floats(std::int64_t rows) {
  return kWideOuts * (rows * kLanes + kChunk);
}

// Weights [outs, n] as floats, `stride` apart: where they are or in `room`.
struct Chunk {
  const float* weights;
  std::int64_t stride;
};
[[gnu::always_inline]] inline Chunk chunk_of(const float* weights, std::int64_t in, int, std::int64_t, float*) {
  return {weights, in};
}
template <class Element>
[[gnu::always_inline]] inline Chunk chunk_of(const Element* weights, std::int64_t in, int outs, std::int64_t n,
                                             float* room) {
  for (int o = 0; o < outs; ++o) {
    std::int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) store(floats_at(weights + o * in + i), room + o * kChunk + i);
    if (i < n) store(some_floats(weights + o * in + i, n - i), room + o * kChunk + i);
  }
  return {room, kChunk};
}

// kOuts outputs of kTiles tiles each, for many rows.
template <int kTiles, int kOuts, class Element>
void many_rows(const StoredProduct& product, std::int64_t first_out) {
  constexpr int kAll = kTiles * kOuts;
  float *kept = product.scratch, *room = kept + kAll * product.rows * kLanes;
  for (std::int64_t i = 0; i < product.rows * kAll; ++i) store(Floats{}, kept + i * kLanes);
  const Element* weights = static_cast<const Element*>(product.weights) + first_out * product.in;
  for (std::int64_t begin = 0; begin < product.in; begin += kChunk) {
    const std::int64_t n = product.in - begin < kChunk ? product.in - begin : kChunk;
    const Chunk chunk = chunk_of(weights + begin, product.in, kAll, n, room);
    for (std::int64_t tile = 0; tile < tile_count(product.rows); ++tile) {
      const std::int64_t row = tile_begin(product.rows, tile), rows = tile_begin(product.rows, tile + 1) - row;
      const float* x = product.x + row * product.in + begin;
      with_rows(rows, [&](auto known) {
        for (int t = 0; t < kTiles; ++t) {
          chunk_tile<kOuts, decltype(known)::count>(chunk.weights + t * kOuts * chunk.stride, chunk.stride, x,
                                                    product.in, n, kept + (row * kAll + t * kOuts * rows) * kLanes);
        }
      });
    }
  }
  for (std::int64_t tile = 0; tile < tile_count(product.rows); ++tile) {
    const std::int64_t row = tile_begin(product.rows, tile), rows = tile_begin(product.rows, tile + 1) - row;
    for (std::int64_t i = 0; i < rows * kAll; ++i) {
      const std::int64_t t = i / (rows * kOuts), r = i / kOuts % rows, o = t * kOuts + i % kOuts;
      product.sums[(row + r) * product.outs + first_out + o] = sum(load<Floats>(kept + (row * kAll + i) * kLanes));
    }
  }
}

template <int kOuts, class Element>
void few_rows(const StoredProduct& product, std::int64_t first_out) {
  for (std::int64_t tile = 0; tile < tile_count(product.rows); ++tile) {
    const std::int64_t row = tile_begin(product.rows, tile), rows = tile_begin(product.rows, tile + 1) - row;
    with_rows(rows, [&](auto known) { whole_tile<kOuts, decltype(known)::count, Element>(product, first_out, row); });
  }
}

template <class Element>
void float_product(const StoredProduct& product) {
  constexpr std::int64_t kFewRows = 2 * kTileRows;
  std::int64_t o = 0;
  if (product.rows > kFewRows) {
    for (; o + kWideOuts <= product.outs; o += kWideOuts)
      many_rows<kWideOuts / kTileOuts, kTileOuts, Element>(product, o);
    for (; o < product.outs; ++o) many_rows<1, 1, Element>(product, o);
    return;
  }
  for (; o + kTileOuts <= product.outs; o += kTileOuts) few_rows<kTileOuts, Element>(product, o);
  for (; o < product.outs; ++o) few_rows<1, Element>(product, o);
}

template <class Element>
void widen(const void* from, std::int64_t n, float* y) {
  const auto* x = static_cast<const Element*>(from);
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) store(floats_at(x + i), y + i);
  if (i == n) return;
  const Floats rest = some_floats(x + i, n - i);
  __builtin_memcpy(y + i, &rest, static_cast<std::size_t>(n - i) * sizeof(float));
}

}  // namespace
}  // namespace blip::BLIP_ISA
