// A part of stored_loops_source.inl.
// Products of quantised weights: kBlock outputs in the lanes of kParts vectors; four inputs at a time are multiplied by
// bytes of x that all lanes see.

namespace blip::BLIP_ISA {
namespace {

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
}  // namespace blip::BLIP_ISA
