#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "core/checkpoint/checkpoint.h"
#include "core/engine/backend_options.h"
#include "core/engine/loaded_model.h"

namespace blip {

using BackendMaker =
    std::function<std::unique_ptr<Backend>(const Checkpoint& checkpoint, const BackendOptions& options)>;

// Holds one copy of each model: who opens the same files for the same device and precision shares it. A model goes when
// its last user lets go. Safe from any thread; two who open the same model at once wait for one load, those of
// different models do not wait for each other.
class ModelRegistry {
 public:
  explicit ModelRegistry(BackendMaker make_backend);
  // Throws what open_checkpoint, Vocabulary::load and the backend throw.
  std::shared_ptr<LoadedModel> open(const CheckpointOptions& checkpoint, const BackendOptions& backend);

 private:
  std::shared_ptr<LoadedModel> load(const CheckpointOptions& checkpoint, const BackendOptions& backend) const;

  BackendMaker make_backend_;
  std::mutex mutex_;
  std::condition_variable loaded_;
  struct Entry {
    bool loading = false;
    std::weak_ptr<LoadedModel> model;
  };
  std::map<std::string, Entry> entries_;
};

}  // namespace blip
