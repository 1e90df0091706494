#pragma once

namespace blip {

// From now on memory that is freed stays with the process, up to 2 GB. A step, or the next video, frees and asks for
// the same tensors as the one before; handed back to the kernel in between, each of their pages costs a fault and a
// clearing. Elsewhere than on glibc this does nothing. For a program's main(), not for libraries.
void keep_freed_memory();

}  // namespace blip
