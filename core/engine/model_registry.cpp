#include "core/engine/model_registry.h"

#include <filesystem>
#include <system_error>
#include <utility>

namespace blip {
namespace {

// Equal for equal files, however their paths are written; a file that was replaced gets another identity.
std::string file_identity(const std::string& path) {
  std::error_code error;
  const auto canonical = std::filesystem::weakly_canonical(path, error);
  const auto written = std::filesystem::last_write_time(path, error);
  return (canonical.empty() ? path : canonical.string()) + "@" +
         (error ? std::string("-") : std::to_string(written.time_since_epoch().count()));
}

std::string identity(const CheckpointOptions& checkpoint, const BackendOptions& backend, const std::string& instance) {
  std::string key = file_identity(checkpoint.model);
  for (const std::string& part : {file_identity(checkpoint.vocab), file_identity(checkpoint.config),
                                  std::to_string(checkpoint.image_size), backend.device, backend.precision, instance}) {
    key += '\n' + part;
  }
  return key;
}

}  // namespace

ModelRegistry::ModelRegistry(BackendMaker make_backend, OptionsResolver resolve)
    : make_backend_(std::move(make_backend)), resolve_(std::move(resolve)) {}

std::shared_ptr<LoadedModel> ModelRegistry::load(const CheckpointOptions& options,
                                                 const BackendOptions& backend) const {
  Checkpoint checkpoint = open_checkpoint(options);
  Vocabulary vocabulary = Vocabulary::load(checkpoint.vocab);
  vocabulary.expect_size(checkpoint.config.text.vocab_size);
  auto made = make_backend_(checkpoint, backend);
  for (std::string& warning : made->warnings()) checkpoint.warnings.push_back(std::move(warning));
  checkpoint.tensors.clear();
  checkpoint.training_state.clear();
  return std::make_shared<LoadedModel>(
      LoadedModel{std::move(checkpoint), Tokenizer(std::move(vocabulary)), std::move(made)});
}

std::shared_ptr<LoadedModel> ModelRegistry::open(const CheckpointOptions& checkpoint, const BackendOptions& options,
                                                 const std::string& instance) {
  const BackendOptions backend = resolve_(options);
  const std::string key = identity(checkpoint, backend, instance);
  {
    std::unique_lock lock(mutex_);
    loaded_.wait(lock, [&] { return !entries_[key].loading; });
    std::erase_if(entries_, [&](const auto& item) {
      return item.first != key && !item.second.loading && item.second.model.expired();
    });
    if (auto shared = entries_[key].model.lock()) return shared;
    entries_[key].loading = true;
  }
  std::shared_ptr<LoadedModel> model;
  const auto publish = [&] {
    const std::lock_guard lock(mutex_);
    entries_[key] = {false, model};
    loaded_.notify_all();
  };
  try {
    model = load(checkpoint, backend);
  } catch (...) {
    publish();
    throw;
  }
  publish();
  return model;
}

}  // namespace blip
