#pragma once

#include <cstdint>

#include "core/kernels/cpu_isa.h"
#include "core/kernels/weight_form.h"

namespace blip {

// Rows that a product of quantised weights takes: [rows, groups * kGroup] bytes, zeros where `in` ends.
struct QuantizedRows {
  const std::int8_t* values = nullptr;
  const float* scales = nullptr;       // [rows, groups]
  const std::int32_t* sums = nullptr;  // [rows, groups]: of a group's values
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

  // A row of x [in] for quantised weights: values, scales and sums of that row.
  void (*quantize_row)(const float* x, std::int64_t in, std::int8_t* values, float* scales, std::int32_t* sums);

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
