#include "core/kernels/stored_loops.h"

#define BLIP_ISA avx512vnni
#include "core/kernels/stored_loops_source.inl"
