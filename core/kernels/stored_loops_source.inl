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

}  // namespace
}  // namespace blip::BLIP_ISA

#include "core/kernels/stored_loops_floats.inl"
#include "core/kernels/stored_loops_quantized.inl"

namespace blip::BLIP_ISA {

extern const StoredLoops kStoredLoops;
const StoredLoops kStoredLoops = {
    float_product<float>, float_product<Half>, float_product<BFloat>, quantized_product<Int8>, quantized_product<Int4>,
    scratch_floats,       quantize_row,        widen<Half>,           widen<BFloat>,           largest_weight,
    round_int8,           round_int4};

}  // namespace blip::BLIP_ISA
