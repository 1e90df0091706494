#pragma once

namespace blip {

// How many threads compute, for the whole process: LibTorch's, and those of OpenBLAS where LibTorch uses it, whose pool
// is its own, takes all cores unless told otherwise, and spins while it waits. threads >= 1.
void set_compute_threads(int threads);

}  // namespace blip
