#include <dlfcn.h>

#include <cstdlib>
#include <stdexcept>

#include "tests/support/fake_engine/fake_engine.h"

namespace blip::test {

namespace {

template <class Function>
Function symbol(const char* name) {
  void* library = ::dlopen(BLIP_FAKE_ENGINE, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) throw std::runtime_error(::dlerror());
  const auto function = reinterpret_cast<Function>(::dlsym(library, name));
  if (function == nullptr) throw std::runtime_error("not the fake engine: " BLIP_FAKE_ENGINE);
  return function;
}

}  // namespace

FakeEngineControl& fake_engine() {
  static FakeEngineControl* const control = [] {
    ::setenv("GST_BLIP_ENGINE", BLIP_FAKE_ENGINE, /*overwrite=*/1);
    return symbol<FakeControlFunction>(kFakeControlName)();
  }();
  return *control;
}

Engine& fake_engine_api() {
  return *symbol<EngineFactory>(kEngineFactoryName)(kEngineAbi);
}

}  // namespace blip::test
