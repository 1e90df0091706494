#include <dlfcn.h>

#include <cstdlib>
#include <stdexcept>

#include "tests/support/fake_engine/fake_engine.h"

namespace blip::test {

FakeEngineControl& fake_engine() {
  static FakeEngineControl* const control = [] {
    ::setenv("GST_BLIP_ENGINE", BLIP_FAKE_ENGINE, /*overwrite=*/1);
    void* library = ::dlopen(BLIP_FAKE_ENGINE, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == nullptr) throw std::runtime_error(::dlerror());
    const auto function = reinterpret_cast<FakeControlFunction>(::dlsym(library, kFakeControlName));
    if (function == nullptr) throw std::runtime_error("not the fake engine: " BLIP_FAKE_ENGINE);
    return function();
  }();
  return *control;
}

}  // namespace blip::test
