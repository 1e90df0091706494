// The dot products of half_dot.h on vectors of 16 floats, which the compiler maps to the registers of the instruction
// set that the including file is compiled for. Included once an instruction set, with BLIP_ISA naming it. No standard
// header that holds inline functions may come in here: the linker would keep one copy of them, for one set, for all.
// (Those of <immintrin.h> are always inlined.)

#if defined(__F16C__)
#include <immintrin.h>
#endif

namespace blip::BLIP_ISA {
namespace {

constexpr std::int64_t kLanes = 16;
typedef float Floats __attribute__((vector_size(64)));
typedef std::uint32_t Words __attribute__((vector_size(64)));
typedef std::uint16_t Halves __attribute__((vector_size(32)));

template <class Vector, class Element>
[[gnu::always_inline]] inline Vector load(const Element* from) {
  Vector v;
  __builtin_memcpy(&v, from, sizeof(v));
  return v;
}

[[gnu::always_inline]] inline Floats widened(const Half* from) {
#if defined(__AVX512F__)
  // With all lanes: of _mm512_cvtph_ps, GCC 12 says that it reads what was never written.
  return (Floats)_mm512_maskz_cvtph_ps(0xffff, _mm256_load_si256(reinterpret_cast<const __m256i*>(from)));
#elif defined(__F16C__)
  const __m256 parts[2] = {_mm256_cvtph_ps(_mm_load_si128(reinterpret_cast<const __m128i*>(from))),
                           _mm256_cvtph_ps(_mm_load_si128(reinterpret_cast<const __m128i*>(from) + 1))};
  Floats v;
  __builtin_memcpy(&v, parts, sizeof(v));
  return v;
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

// The lower half and the upper one are added until one number is left.
[[gnu::always_inline]] inline float sum(Floats x) {
  typedef float Eight __attribute__((vector_size(32)));
  typedef float Four __attribute__((vector_size(16)));
  const Eight eight = __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7) +
                      __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
  const Four four = __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
  const Four two = four + __builtin_shufflevector(four, four, 2, 3, 2, 3);
  return two[0] + two[1];
}

// kRows rows with kQueries queries. Two sums a pair, so that one product need not wait for the last.
template <int kRows, int kQueries>
[[gnu::always_inline]] inline void tile(const Half* rows, std::int64_t width, const std::int32_t* picked,
                                        const float* queries, float* scores, std::int64_t score_stride) {
  const Half* row[kRows];
  for (int r = 0; r < kRows; ++r) row[r] = rows + picked[r] * width;
  Floats sums[kQueries][kRows][2] = {};
  for (std::int64_t d = 0; d < width; d += 2 * kLanes) {
    for (int part = 0; part < 2; ++part) {
      Floats values[kRows];
      for (int r = 0; r < kRows; ++r) values[r] = widened(row[r] + d + part * kLanes);
      for (int q = 0; q < kQueries; ++q) {
        const Floats query = load<Floats>(queries + q * width + d + part * kLanes);
        for (int r = 0; r < kRows; ++r) sums[q][r][part] += values[r] * query;
      }
    }
  }
  for (int q = 0; q < kQueries; ++q) {
    for (int r = 0; r < kRows; ++r) scores[q * score_stride + r] = sum(sums[q][r][0] + sums[q][r][1]);
  }
}

constexpr std::int64_t kAhead = 16;  // rows that are fetched before their turn

template <int kRows, int kQueries>
void over_rows(const Half* rows, std::int64_t width, const std::int32_t* picked, std::int64_t count,
               const float* queries, float* scores, std::int64_t score_stride) {
  std::int64_t i = 0;
  for (; i + kRows <= count; i += kRows) {
    for (std::int64_t r = i + kAhead; r < i + kAhead + kRows && r < count; ++r) {
      const Half* next = rows + picked[r] * width;
      for (std::int64_t d = 0; d < width; d += 32) __builtin_prefetch(next + d);
    }
    tile<kRows, kQueries>(rows, width, picked + i, queries, scores + i, score_stride);
  }
  for (; i < count; ++i) tile<1, kQueries>(rows, width, picked + i, queries, scores + i, score_stride);
}

void half_dots(const Half* rows, std::int64_t width, const std::int32_t* picked, std::int64_t count,
               const float* queries, std::int64_t query_count, float* scores, std::int64_t score_stride) {
  std::int64_t q = 0;
  for (; q + 4 <= query_count; q += 4) {
    over_rows<2, 4>(rows, width, picked, count, queries + q * width, scores + q * score_stride, score_stride);
  }
  for (; q < query_count; ++q) {
    over_rows<4, 1>(rows, width, picked, count, queries + q * width, scores + q * score_stride, score_stride);
  }
}

}  // namespace

extern const HalfDots kHalfDots;
const HalfDots kHalfDots = half_dots;

}  // namespace blip::BLIP_ISA
