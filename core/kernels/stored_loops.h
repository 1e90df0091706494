#pragma once

#include <cstdint>

#include "core/kernels/cpu_isa.h"
#include "core/kernels/weight_form.h"

namespace blip {

// Rows rounded to bytes for a product of quantised weights. A few rows each make a tile, in which they lie side by
// side: for each group its four inputs of all rows, then the next four; scales and starts likewise. quantize_row fills
// them.
struct QuantizedRows {
  std::int8_t* values = nullptr;   // [rows, groups * kGroup]
  float* scales = nullptr;         // [rows, groups]
  std::int32_t* starts = nullptr;  // [rows, groups]: what a group's sum of integers begins with
};

// The outputs of one thread: sums [rows, outs] = x [rows, in] . weights [outs, in].
struct StoredProduct {
  const void* weights = nullptr;  // of the first output; for quantised weights `outs` counts whole blocks
  const void* scales = nullptr;   // of quantised weights, of the first output's block
  std::int64_t in = 0, outs = 0, rows = 0;
  const float* x = nullptr;  // of the floating-point forms
  QuantizedRows quantized;   // of kInt8 and kInt4
  float* sums = nullptr;
  float* scratch = nullptr;  // scratch_floats of them
};

// The loops of StoredLinear. One source, compiled once an instruction set. Nothing need be aligned.
struct StoredLoops {
  void (*float32)(const StoredProduct& product);
  void (*float16)(const StoredProduct& product);
  void (*bfloat16)(const StoredProduct& product);
  void (*int8)(const StoredProduct& product);
  void (*int4)(const StoredProduct& product);
  std::int64_t (*scratch_floats)(std::int64_t rows);  // that a product of a floating-point form writes

  // Row `row` of x [rows, in] for weights of `form`, kInt8 or kInt4.
  void (*quantize_row)(const float* x, std::int64_t in, std::int64_t rows, std::int64_t row, WeightForm form,
                       const QuantizedRows& to);

  // y [n] = the values of half or bfloat16 bits.
  void (*widen_float16)(const void* x, std::int64_t n, float* y);
  void (*widen_bfloat16)(const void* x, std::int64_t n, float* y);

  // Of a group of kGroup weights: the largest absolute value, not a number if one of them is none; the nearest
  // multiples q of a step, within -127 to 127 or -8 to 7. round_int4 returns the squared error.
  float (*largest_weight)(const float* weights);
  void (*round_int8)(const float* weights, float step, std::int8_t* q);
  float (*round_int4)(const float* weights, float step, std::int8_t* q);
};

const StoredLoops& stored_loops(CpuIsa isa = cpu_isa());  // the best set for `isa`

}  // namespace blip
