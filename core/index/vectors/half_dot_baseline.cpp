#include "core/index/vectors/half_dot.h"

#define BLIP_ISA baseline
#include "core/index/vectors/half_dot_source.inl"
