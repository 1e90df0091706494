#pragma once

#include <filesystem>
#include <memory>

#include "core/engine/model_registry.h"
#include "core/engine/packed_backend/packed_backend.h"

namespace blip::test {

// training/pretrained/blip2 on the packed backend.
inline std::shared_ptr<LoadedModel> open_shipped_blip2() {
  static ModelRegistry registry{make_packed_backend};
  CheckpointOptions options;
  options.model = (std::filesystem::path(BLIP_SOURCE_DIR) / "training/pretrained/blip2").string();
  BackendOptions backend;
  backend.num_threads = 1;
  return registry.open(options, backend);
}

}  // namespace blip::test
