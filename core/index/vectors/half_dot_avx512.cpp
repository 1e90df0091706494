#include "core/index/vectors/half_dot.h"

#define BLIP_ISA avx512
#include "core/index/vectors/half_dot_source.inl"
