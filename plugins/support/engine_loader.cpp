#include "plugins/support/engine_loader.h"

#include <dlfcn.h>

#include <cstdlib>
#include <vector>

namespace blip {
namespace {

namespace fs = std::filesystem;

constexpr const char* kEngineVariable = "GST_BLIP_ENGINE";
constexpr const char* kModelVariable = "GST_BLIP_MODEL";
constexpr const char* kEngineFile = "libblip-engine.so";

const char* variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : nullptr;
}

Outcome<Engine*> open_engine(const fs::path& file) {
  void* library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) return Failure{ErrorKind::kNotFound, ::dlerror()};
  const auto factory = reinterpret_cast<EngineFactory>(::dlsym(library, kEngineFactoryName));
  if (factory == nullptr) {
    return Failure{ErrorKind::kInvalidData, file.string() + ": no function '" + kEngineFactoryName + "' in it"};
  }
  Engine* engine = factory(kEngineAbi);
  if (engine == nullptr) {
    return Failure{ErrorKind::kInvalidData, file.string() +
                                                ": is for another version of the plug-in (this one has ABI " +
                                                std::to_string(kEngineAbi) + ")"};
  }
  return engine;
}

std::vector<fs::path> engine_places(const fs::path& folder) {
  return {folder / kEngineFile, folder.parent_path() / kEngineFile, fs::path(BLIP_INSTALL_LIBDIR) / kEngineFile};
}

}  // namespace

fs::path plugin_directory() {
  Dl_info info{};
  if (::dladdr(reinterpret_cast<void*>(&plugin_directory), &info) == 0 || info.dli_fname == nullptr)
    return fs::path(".");
  std::error_code ignored;
  const fs::path file = fs::canonical(info.dli_fname, ignored);
  return (file.empty() ? fs::path(info.dli_fname) : file).parent_path();
}

Outcome<Engine*> load_engine() {
  return load_engine(plugin_directory());
}

Outcome<Engine*> load_engine(const fs::path& folder) {
  // Read by OpenMP runtimes when they are loaded: spinning pools of several libraries would fight for the cores.
  if (std::getenv("OMP_WAIT_POLICY") == nullptr) ::setenv("GOMP_SPINCOUNT", "10000", /*overwrite=*/0);
  ::setenv("OMP_WAIT_POLICY", "PASSIVE", /*overwrite=*/0);
  const auto places = engine_places(folder);
  if (const char* file = variable(kEngineVariable)) {
    auto engine = open_engine(file);
    if (engine.ok()) return engine;
    std::string message = "cannot open the BLIP engine '";
    message.append(file).append("' that $").append(kEngineVariable).append(" names (").append(engine.failure().message);
    message.append("); correct the variable, or unset it to look for");
    for (const auto& place : places) message.append(" ").append(place.string());
    return Failure{ErrorKind::kNotFound, message};
  }
  std::string message = "cannot open the BLIP engine; tried";
  for (const auto& place : places) {
    auto engine = open_engine(place);
    if (engine.ok()) return engine;
    message.append(" [").append(engine.failure().message).append("]");
  }
  message.append("; set $").append(kEngineVariable).append(" to the file ").append(kEngineFile);
  return Failure{ErrorKind::kNotFound, message};
}

std::string default_model() {
  if (const char* model = variable(kModelVariable)) return model;
  const fs::path beside = (plugin_directory() / BLIP_MODEL_FROM_PLUGIN).lexically_normal();
  for (const fs::path& model : {beside, fs::path(BLIP_BUILD_MODEL_DIR)}) {
    std::error_code ignored;
    if (fs::is_directory(model, ignored)) return model.string();
  }
  return BLIP_INSTALL_MODEL_DIR;
}

}  // namespace blip
