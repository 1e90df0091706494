#pragma once

#include <mutex>
#include <utility>

#include "core/base/error.h"
#include "core/model/torch_compat.h"

namespace blip {

// Runs one call into LibTorch as inference: one at a time, without gradients, its warnings silenced, its errors turned
// into blip::Error with one line. Inference mode and the number of threads are thread-local, hence here and not at
// start-up.
template <class Body>
auto torch_call(std::mutex& mutex, Body&& body) -> decltype(body()) {
  const std::lock_guard lock(mutex);
  at::internal::lazy_init_num_threads();
  const c10::InferenceMode inference;
  const SilentTorchWarnings silent;
  try {
    return std::forward<Body>(body)();
  } catch (const c10::Error& error) {
    throw Error(ErrorKind::kFailed, torch_error_line(error));
  }
}

}  // namespace blip
