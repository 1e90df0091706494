#include "core/kernels/stored_loops.h"

#define BLIP_ISA baseline
#include "core/kernels/stored_loops_source.inl"
