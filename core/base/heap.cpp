#include "core/base/heap.h"

#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace blip {

void keep_freed_memory() {
#ifdef __GLIBC__
  constexpr int kMostMegabytesOutsideTheHeap = 32;  // the largest that glibc takes
  mallopt(M_MMAP_THRESHOLD, kMostMegabytesOutsideTheHeap << 20);
  mallopt(M_TRIM_THRESHOLD, 2000 << 20);
  mallopt(M_TOP_PAD, 64 << 20);
#endif
}

}  // namespace blip
