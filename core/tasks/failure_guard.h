#pragma once

#include <exception>
#include <new>
#include <utility>

#include "core/base/outcome.h"

namespace blip {

// The boundary of libblip-engine.so: whatever `body` throws leaves as a Failure.
template <class T, class Body>
Outcome<T> guarded(Body&& body) noexcept {
  try {
    return std::forward<Body>(body)();
  } catch (const Error& error) {
    return Failure{error.kind(), error.what()};
  } catch (const std::bad_alloc&) {
    return Failure{ErrorKind::kFailed, "out of memory"};
  } catch (const std::exception& error) {
    return Failure{ErrorKind::kFailed, error.what()};
  } catch (...) {
    return Failure{ErrorKind::kFailed, "unknown exception"};
  }
}

}  // namespace blip
