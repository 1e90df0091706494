#include "core/model/compute_threads.h"

#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace blip {
namespace {

TEST(ComputeThreads, AreThoseOfLibTorchAndOfItsBlas) {
  const auto blas_threads = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "openblas_get_num_threads"));
  const int before = at::get_num_threads();
  for (const int threads : {1, static_cast<int>(std::min(2U, std::thread::hardware_concurrency()))}) {
    set_compute_threads(threads);
    EXPECT_EQ(at::get_num_threads(), threads);
    if (blas_threads != nullptr) {
      EXPECT_EQ(blas_threads(), threads);
    }
  }
  set_compute_threads(before);
}

}  // namespace
}  // namespace blip
