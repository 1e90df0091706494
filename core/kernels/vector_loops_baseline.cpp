#include "core/kernels/vector_loops.h"

#define BLIP_ISA baseline
#include "core/kernels/vector_loops_source.inl"
