#pragma once

namespace blip {

// First thing in main(): starts the program once more with OMP_WAIT_POLICY=PASSIVE, unless the variable is set.
// OpenMP's runtime comes with FFmpeg's libraries and reads it when it is loaded, before main(); threads that spin while
// they wait would slow the model down ten times (docs/decisions/0006-one-openmp-pool-waiting-passively.md). Where that
// is not possible it returns; the program works then, but slower.
void wait_passively(char** argv);

}  // namespace blip
