// The loops of stored_loops.h on vectors that are a register of the instruction set that the including file is compiled
// for. Included once an instruction set, with BLIP_ISA naming it. No standard header that holds inline functions may
// come in here: the linker would keep one copy of them, for one set, for all. (Those of <immintrin.h> are always
// inlined.)

#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace blip::BLIP_ISA {
namespace {

#if defined(__AVX512F__)
constexpr int kLanes = 16;
#elif defined(__AVX2__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif
typedef float Floats __attribute__((vector_size(kLanes * 4)));
typedef std::int32_t Ints __attribute__((vector_size(kLanes * 4)));
typedef std::uint32_t Words __attribute__((vector_size(kLanes * 4)));
typedef std::uint16_t Halves __attribute__((vector_size(kLanes * 2)));
typedef std::int8_t Bytes __attribute__((vector_size(kLanes * 4)));  // four inputs' weights of kLanes outputs
typedef std::int8_t FewBytes __attribute__((vector_size(kLanes)));

// Elements in memory of unknown alignment and type.
struct Half {
  std::uint16_t bits;
};
struct BFloat {
  std::uint16_t bits;
};

template <class Vector>
[[gnu::always_inline]] inline Vector load(const void* from) {
  Vector v;
  __builtin_memcpy(&v, from, sizeof(v));
  return v;
}
template <class Vector>
[[gnu::always_inline]] inline void store(const Vector& v, void* to) {
  __builtin_memcpy(to, &v, sizeof(v));
}
[[gnu::always_inline]] inline Floats all(float value) {
  return Floats{} + value;
}
[[gnu::always_inline]] inline Ints all_ints(std::int32_t value) {
  return Ints{} + value;
}

[[gnu::always_inline]] inline Floats floats_at(const float* from) {
  return load<Floats>(from);
}
[[gnu::always_inline]] inline Floats floats_at(const BFloat* from) {
  return (Floats)(__builtin_convertvector(load<Halves>(from), Words) << 16);
}
[[gnu::always_inline]] inline Floats floats_at(const Half* from) {
#if defined(__AVX512F__)
  // With all lanes: of _mm512_cvtph_ps, GCC 12 says that it reads what was never written.
  return (Floats)_mm512_maskz_cvtph_ps(0xffff, load<__m256i>(from));
#elif defined(__F16C__)
  return (Floats)_mm256_cvtph_ps(load<__m128i>(from));
#else
  const Words bits = __builtin_convertvector(load<Halves>(from), Words);
  const Words magnitude = bits & 0x7fffu;
  // The exponent's bias is 15 there and 127 here; the product also puts subnormal numbers right.
  const Floats finite = (Floats)(magnitude << 13) * 0x1p112f;
  const Words infinite = (magnitude << 13) | 0x7f800000u;  // and what is no number
  const Words value = magnitude >= 0x7c00u ? infinite : (Words)finite;
  return (Floats)(value | (bits & 0x8000u) << 16);
#endif
}
// The first `count` of them, and zeros.
template <class Element>
[[gnu::always_inline]] inline Floats some_floats(const Element* from, std::int64_t count) {
  Element padded[kLanes] = {};
  __builtin_memcpy(padded, from, static_cast<std::size_t>(count) * sizeof(Element));
  return floats_at(padded);
}

// The lower half and the upper one are added until one number is left.
[[gnu::always_inline]] inline float sum(Floats x) {
  typedef float Four __attribute__((vector_size(16)));
#if defined(__AVX2__)
  typedef float Eight __attribute__((vector_size(32)));
#if defined(__AVX512F__)
  const Eight eight = __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7) +
                      __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
#else
  const Eight eight = x;
#endif
  const Four four =
      __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
#else
  const Four four = x;
#endif
  const Four two = four + __builtin_shufflevector(four, four, 2, 3, 2, 3);
  return two[0] + two[1];
}

// Rows come in tiles of nearly equal size.
#if defined(__AVX512F__)
constexpr int kTileRows = 6;
#else
constexpr int kTileRows = 4;
#endif

[[gnu::always_inline]] inline std::int64_t tile_count(std::int64_t rows) {
  return (rows + kTileRows - 1) / kTileRows;
}
[[gnu::always_inline]] inline std::int64_t tile_begin(std::int64_t rows, std::int64_t tile) {
  return rows * tile / tile_count(rows);
}

// --- Floating-point weights: dot products along the inputs, a tile of outputs by rows at a time, one vector of sums
// each. A sum's terms come in the same order in whatever tile it is.

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

// --- Quantised weights: kBlock outputs in the lanes of kParts vectors; four inputs at a time are multiplied by bytes
// of x that all lanes see.

constexpr int kParts = static_cast<int>(kBlock) / kLanes;
constexpr int kQuads = static_cast<int>(kGroup) / 4;

#if defined(__AVX512VNNI__)
constexpr std::int32_t kInt8Offset = 128;  // unsigned by signed bytes: weights are moved up
#else
constexpr std::int32_t kInt8Offset = 0;
#endif
constexpr std::int32_t kInt4Offset = 8;

// sums + the products of four weights and four inputs a lane. `weights`: signed, less than 128 in size.
[[gnu::always_inline]] inline Ints add_dots(Ints sums, Bytes weights, std::int32_t inputs);
// The same with weights of 0 to 15.
[[gnu::always_inline]] inline Ints add_small_dots(Ints sums, Bytes weights, std::int32_t inputs);

#if defined(__AVX512VNNI__)
[[gnu::always_inline]] inline Ints add_small_dots(Ints sums, Bytes weights, std::int32_t inputs) {
  return (Ints)_mm512_dpbusd_epi32((__m512i)sums, (__m512i)weights, _mm512_set1_epi32(inputs));
}
[[gnu::always_inline]] inline Ints add_dots(Ints sums, Bytes weights, std::int32_t inputs) {
  const Words moved = (Words)weights ^ 0x80808080u;
  return add_small_dots(sums, (Bytes)moved, inputs);
}
#elif defined(__AVX2__)
[[gnu::always_inline]] inline Ints add_pairs(Ints sums, __m256i pairs) {
  return sums + (Ints)_mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}
[[gnu::always_inline]] inline Ints add_small_dots(Ints sums, Bytes weights, std::int32_t inputs) {
  return add_pairs(sums, _mm256_maddubs_epi16((__m256i)weights, _mm256_set1_epi32(inputs)));
}
// Sums of two products of 127 by 127 fit 16 bits; |x| takes the unsigned place.
[[gnu::always_inline]] inline Ints add_dots(Ints sums, Bytes weights, std::int32_t inputs) {
  const __m256i x = _mm256_set1_epi32(inputs);
  return add_pairs(sums, _mm256_maddubs_epi16(_mm256_abs_epi8(x), _mm256_sign_epi8((__m256i)weights, x)));
}
#else
[[gnu::always_inline]] inline Ints add_small_dots(Ints sums, Bytes weights, std::int32_t inputs) {
  std::int8_t x[4];
  __builtin_memcpy(x, &inputs, sizeof(x));
  for (int lane = 0; lane < kLanes; ++lane) {
    for (int i = 0; i < 4; ++i) sums[lane] += weights[lane * 4 + i] * x[i];
  }
  return sums;
}
[[gnu::always_inline]] inline Ints add_dots(Ints sums, Bytes weights, std::int32_t inputs) {
  return add_small_dots(sums, weights, inputs);
}
#endif

struct Int8 {
  static constexpr std::int32_t kOffset = kInt8Offset;
  static constexpr std::int64_t kGroupBytes = kGroup * kBlock;
};
struct Int4 {
  static constexpr std::int32_t kOffset = kInt4Offset;
  static constexpr std::int64_t kGroupBytes = kGroup * kBlock / 2;
};

constexpr std::int64_t kQuadBytes = kBlock * 4;  // four inputs of a block, or eight of kInt4

#if defined(__AVX512F__)
constexpr int kPair = 2;  // blocks side by side
#else
constexpr int kPair = 1;
#endif

template <int kRows>
[[gnu::always_inline]] inline std::int32_t inputs_at(const std::int8_t* x, int quad, int row) {
  std::int32_t inputs;
  __builtin_memcpy(&inputs, x + (quad * kRows + row) * 4, sizeof(inputs));
  return inputs;
}

// Asks for what comes kBlocks blocks later, which the hardware does not foresee.
template <int kRows>
[[gnu::always_inline]] inline void fetch_ahead(const std::int8_t* weights, std::int64_t ahead) {
  if constexpr (kRows > 1) __builtin_prefetch(weights + ahead, 0, 2);
}

template <int kVectors, int kRows>
[[gnu::always_inline]] inline void add_group(Int8, const std::int8_t* const (&weights)[kVectors], std::int64_t ahead,
                                             const std::int8_t* x, Ints (&dots)[kRows][kVectors]) {
#pragma GCC unroll 16
  for (int quad = 0; quad < kQuads; ++quad) {
    Bytes w[kVectors];
    for (int v = 0; v < kVectors; ++v) {
      w[v] = load<Bytes>(weights[v] + quad * kQuadBytes);
      fetch_ahead<kRows>(weights[v] + quad * kQuadBytes, ahead);
    }
    for (int r = 0; r < kRows; ++r) {
      for (int v = 0; v < kVectors; ++v) dots[r][v] = add_dots(dots[r][v], w[v], inputs_at<kRows>(x, quad, r));
    }
  }
}

template <int kVectors, int kRows>
[[gnu::always_inline]] inline void add_group(Int4, const std::int8_t* const (&weights)[kVectors], std::int64_t ahead,
                                             const std::int8_t* x, Ints (&dots)[kRows][kVectors]) {
#pragma GCC unroll 8
  for (int quad = 0; quad < kQuads; quad += 2) {
    Bytes low[kVectors], high[kVectors];
    for (int v = 0; v < kVectors; ++v) {
      const Words both = load<Words>(weights[v] + quad / 2 * kQuadBytes);
      fetch_ahead<kRows>(weights[v] + quad / 2 * kQuadBytes, ahead);
      low[v] = (Bytes)(both & 0x0f0f0f0fu);
      high[v] = (Bytes)((both >> 4) & 0x0f0f0f0fu);
    }
    for (int r = 0; r < kRows; ++r) {
      for (int v = 0; v < kVectors; ++v) dots[r][v] = add_small_dots(dots[r][v], low[v], inputs_at<kRows>(x, quad, r));
      for (int v = 0; v < kVectors; ++v)
        dots[r][v] = add_small_dots(dots[r][v], high[v], inputs_at<kRows>(x, quad + 1, r));
    }
  }
}

template <class Form, int kBlocks, int kRows>
[[gnu::noinline]] void quantized_tile(const StoredProduct& product, std::int64_t first_block, std::int64_t first_row) {
  constexpr int kVectors = kBlocks * kParts;
  const std::int64_t groups = (product.in + kGroup - 1) / kGroup, ahead = kBlocks * groups * Form::kGroupBytes;
  const std::int8_t* x = product.quantized.values + first_row * groups * kGroup;
  const float* row_scales = product.quantized.scales + first_row * groups;
  const std::int32_t* starts = product.quantized.starts + first_row * groups;
  const std::int8_t* weights[kVectors];
  const Half* scales[kVectors];
  for (int v = 0; v < kVectors; ++v) {
    const std::int64_t block = first_block + v / kParts, part = v % kParts;
    weights[v] = static_cast<const std::int8_t*>(product.weights) + block * groups * Form::kGroupBytes +
                 part * static_cast<std::int64_t>(sizeof(Bytes));
    scales[v] = static_cast<const Half*>(product.scales) + block * groups * kBlock + part * kLanes;
  }
  Floats totals[kRows][kVectors] = {};
  for (std::int64_t g = 0; g < groups; ++g) {
    Ints dots[kRows][kVectors];
    for (int r = 0; r < kRows; ++r) {
      for (int v = 0; v < kVectors; ++v) dots[r][v] = all_ints(starts[r]);
    }
    add_group<kVectors, kRows>(Form{}, weights, ahead, x, dots);
    for (int v = 0; v < kVectors; ++v) {
      const Floats scale = floats_at(scales[v]);
      for (int r = 0; r < kRows; ++r)
        totals[r][v] += __builtin_convertvector(dots[r][v], Floats) * (scale * row_scales[r]);
      weights[v] += Form::kGroupBytes;
      scales[v] += kBlock;
    }
    x += kRows * kGroup;
    row_scales += kRows;
    starts += kRows;
  }
  for (int r = 0; r < kRows; ++r) {
    for (int v = 0; v < kVectors; ++v)
      store(totals[r][v], product.sums + (first_row + r) * product.outs + first_block * kBlock + v * kLanes);
  }
}

template <class Form, int kBlocks>
void quantized_blocks(const StoredProduct& product, std::int64_t block) {
  for (std::int64_t tile = 0; tile < tile_count(product.rows); ++tile) {
    const std::int64_t row = tile_begin(product.rows, tile), rows = tile_begin(product.rows, tile + 1) - row;
    with_rows(rows, [&](auto known) { quantized_tile<Form, kBlocks, decltype(known)::count>(product, block, row); });
  }
}

template <class Form>
void quantized_product(const StoredProduct& product) {
  const std::int64_t blocks = product.outs / kBlock;
  std::int64_t block = 0;
  for (; block + kPair <= blocks; block += kPair) quantized_blocks<Form, kPair>(product, block);
  for (; block < blocks; ++block) quantized_blocks<Form, 1>(product, block);
}

// The largest absolute value; not a number if one of them is none.
[[gnu::always_inline]] inline float largest_absolute(const Floats* x, int count) {
  Ints most{};
  for (int i = 0; i < count; ++i) {
    const Ints bits = (Ints)((Words)x[i] & 0x7fffffffu);
    most = bits > most ? bits : most;
  }
  std::int32_t largest = most[0];
  for (int lane = 1; lane < kLanes; ++lane) largest = most[lane] > largest ? most[lane] : largest;
  return __builtin_bit_cast(float, largest);
}

constexpr float kToInteger = 12582912.0f;  // 1.5 * 2^23: adding it rounds to the nearest integer
constexpr int kGroupVectors = static_cast<int>(kGroup) / kLanes;

[[gnu::always_inline]] inline void store_bytes(Ints values, std::int8_t* to) {
  store(__builtin_convertvector(values, FewBytes), to);
}

void quantize_row(const float* x, std::int64_t in, std::int64_t rows, std::int64_t row, WeightForm form,
                  const QuantizedRows& to) {
  const std::int64_t groups = (in + kGroup - 1) / kGroup,
                     offset = form == WeightForm::kInt8 ? Int8::kOffset : Int4::kOffset;
  std::int64_t tile = 0;
  while (tile_begin(rows, tile + 1) <= row) ++tile;
  const std::int64_t begin = tile_begin(rows, tile), stride = tile_begin(rows, tile + 1) - begin;
  std::int8_t* values = to.values + begin * groups * kGroup + (row - begin) * 4;
  const std::int64_t first = begin * groups + row - begin;
  x += row * in;
  for (std::int64_t g = 0; g < groups; ++g) {
    Floats group[kGroupVectors];
    for (int v = 0; v < kGroupVectors; ++v) {
      const std::int64_t at = g * kGroup + v * kLanes, left = in - at;
      group[v] = left >= kLanes ? floats_at(x + at) : left > 0 ? some_floats(x + at, left) : Floats{};
    }
    const float largest = largest_absolute(group, kGroupVectors);
    const float scale = largest == 0 ? 1.0f : largest / 127, inverse = largest == 0 ? 0.0f : 127 / largest;
    Ints sums{};
    std::int8_t bytes[kGroup];
    for (int v = 0; v < kGroupVectors; ++v) {
      const Ints q = (Ints)(group[v] * inverse + kToInteger) - (Ints)all(kToInteger);
      sums += q;
      store_bytes(q, bytes + v * kLanes);
    }
    std::int32_t total = 0;
    for (int lane = 0; lane < kLanes; ++lane) total += sums[lane];
    for (int quad = 0; quad < kQuads; ++quad)
      __builtin_memcpy(values + (g * kQuads + quad) * stride * 4, bytes + quad * 4, 4);
    to.scales[first + g * stride] = scale;
    to.starts[first + g * stride] = static_cast<std::int32_t>(-offset * total);
  }
}

template <class Use>
[[gnu::always_inline]] inline void over_group(const float* weights, Use use) {
  for (int v = 0; v < kGroupVectors; ++v) use(v * kLanes, floats_at(weights + v * kLanes));
}

float largest_weight(const float* weights) {
  Floats group[kGroupVectors];
  for (int v = 0; v < kGroupVectors; ++v) group[v] = floats_at(weights + v * kLanes);
  return largest_absolute(group, kGroupVectors);
}

[[gnu::always_inline]] inline Ints nearest(Floats x, std::int32_t least, std::int32_t most) {
  const Ints integers = (Ints)(x + kToInteger) - (Ints)all(kToInteger);
  const Ints above = integers < least ? all_ints(least) : integers;
  return above > most ? all_ints(most) : above;
}

void round_int8(const float* weights, float step, std::int8_t* q) {
  const float inverse = step == 0 ? 0.0f : 1 / step;
  over_group(weights, [&](int i, Floats w) { store_bytes(nearest(w * inverse, -127, 127), q + i); });
}

float round_int4(const float* weights, float step, std::int8_t* q) {
  const float inverse = step == 0 ? 0.0f : 1 / step;
  Floats error{};
  over_group(weights, [&](int i, Floats w) {
    const Ints integers = nearest(w * inverse, -8, 7);
    const Floats off = w - __builtin_convertvector(integers, Floats) * step;
    error += off * off;
    store_bytes(integers, q + i);
  });
  return sum(error);
}

}  // namespace

extern const StoredLoops kStoredLoops;
const StoredLoops kStoredLoops = {
    float_product<float>, float_product<Half>, float_product<BFloat>, quantized_product<Int8>, quantized_product<Int4>,
    scratch_floats,       quantize_row,        widen<Half>,           widen<BFloat>,           largest_weight,
    round_int8,           round_int4};

}  // namespace blip::BLIP_ISA
