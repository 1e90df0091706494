#pragma once

namespace blip {

// First thing in main(): starts the program once more with OMP_WAIT_POLICY=PASSIVE and a short GOMP_SPINCOUNT, unless
// the first is set. OpenMP's runtime comes with FFmpeg's libraries and reads them when it is loaded, before main();
// threads that spin long while they wait would slow the model down ten times, threads that sleep at once a decoder by
// half (docs/decisions/0006-one-openmp-pool-waiting-passively.md). Where that is not possible it returns; the program
// works then, but slower.
void wait_passively(char** argv);

}  // namespace blip
