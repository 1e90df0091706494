#include "core/engine/backend_loader.h"

#include <dlfcn.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "core/base/error.h"
#include "core/engine/backend_factory.h"

namespace blip {
namespace {

constexpr const char* kLibrary = "libblip-torch.so";

std::filesystem::path own_folder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&own_folder), &info) == 0 || info.dli_fname == nullptr) return {};
  std::error_code ignored;
  return std::filesystem::weakly_canonical(info.dli_fname, ignored).parent_path();
}

struct TorchLibrary {
  BackendFactory make = nullptr;
  BackendResolver resolve = nullptr;
};

TorchLibrary open_library() {
  const std::filesystem::path own = own_folder();
  const std::filesystem::path file = find_backend_library({own, own.parent_path() / "lib", BLIP_INSTALL_LIBDIR});
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    throw Error(ErrorKind::kNotFound,
                "cannot open '" + file.string() + "': " + dlerror() + "; is LibTorch (libtorch-dev) installed?");
  }
  const auto symbol = [&](const char* name) {
    if (void* found = dlsym(library, name)) return found;
    throw Error(ErrorKind::kUnsupported,
                "'" + file.string() + "' has no " + name + ": it is no backend of this version of gst-blip");
  };
  return {reinterpret_cast<BackendFactory>(symbol(kBackendFactoryName)),
          reinterpret_cast<BackendResolver>(symbol(kBackendResolverName))};
}

const TorchLibrary& torch_library() {
  static const TorchLibrary library = open_library();
  return library;
}

}  // namespace

std::filesystem::path find_backend_library(const std::vector<std::filesystem::path>& folders) {
  std::string tried;
  for (const std::filesystem::path& folder : folders) {
    const std::filesystem::path file = folder / kLibrary;
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) return file;
    tried += (tried.empty() ? "" : ", ") + file.string();
  }
  throw Error(ErrorKind::kNotFound,
              std::string("cannot find ") + kLibrary + ", the LibTorch backend; looked at " + tried);
}

std::unique_ptr<Backend> load_torch_backend(const Checkpoint& checkpoint, const BackendOptions& options) {
  std::unique_ptr<Backend> backend(torch_library().make(kBackendAbi, checkpoint, options));
  if (!backend)
    throw Error(ErrorKind::kUnsupported,
                std::string(kLibrary) + " is of another version of gst-blip; install both from one build");
  return backend;
}

BackendOptions resolve_torch_backend(BackendOptions options) {
  torch_library().resolve(options);
  return options;
}

}  // namespace blip
