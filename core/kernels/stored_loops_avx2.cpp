#include "core/kernels/stored_loops.h"

#define BLIP_ISA avx2
#include "core/kernels/stored_loops_source.inl"
