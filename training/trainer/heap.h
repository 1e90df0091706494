#pragma once

namespace blip {

// From now on memory that is freed stays with the process. A step frees and asks for the same tensors as the step
// before; handed back to the kernel in between, each of their pages costs a fault and a clearing. Elsewhere than on
// glibc this does nothing.
void keep_freed_memory();

}  // namespace blip
