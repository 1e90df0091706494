#include "core/kernels/vector_loops.h"

#define BLIP_ISA avx2
#include "core/kernels/vector_loops_source.inl"
