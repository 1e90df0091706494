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

// Replaces "auto" by what it stands for, so that equal places have equal names.
using OptionsResolver = std::function<BackendOptions(BackendOptions options)>;

// Holds one copy of each model: who opens the same files for the same device and precision shares it. A model goes when
// its last user lets go. Safe from any thread; two who open the same model at once wait for one load, those of
// different models do not wait for each other.
class ModelRegistry {
 public:
  explicit ModelRegistry(
      BackendMaker make_backend, OptionsResolver resolve = [](BackendOptions options) { return options; });
  // Models are shared by those who name the same `instance`. Throws what open_checkpoint, Vocabulary::load,
  // load_language_tokenizer, the resolver and the backend throw, and Error(kInvalidData) for a tokenizer that does not
  // fit the model.
  std::shared_ptr<LoadedModel> open(const CheckpointOptions& checkpoint, const BackendOptions& backend,
                                    const std::string& instance = {});

 private:
  std::shared_ptr<LoadedModel> load(const CheckpointOptions& checkpoint, const BackendOptions& backend) const;

  BackendMaker make_backend_;
  OptionsResolver resolve_;
  std::mutex mutex_;
  std::condition_variable loaded_;
  struct Entry {
    bool loading = false;
    std::weak_ptr<LoadedModel> model;
  };
  std::map<std::string, Entry> entries_;
};

}  // namespace blip
