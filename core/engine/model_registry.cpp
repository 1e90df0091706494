#include "core/engine/model_registry.h"

#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "core/base/error.h"
#include "core/engine/available_memory.h"
#include "core/engine/memory_need.h"

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
                                  file_identity(checkpoint.vision), file_identity(checkpoint.language),
                                  std::to_string(checkpoint.image_size), backend.device, backend.precision, instance}) {
    key += '\n' + part;
  }
  return key;
}

// Of a model that reads texts by WordPiece.
std::optional<Tokenizer> load_tokenizer(const Checkpoint& checkpoint) {
  const LayoutParts parts = layout_parts(checkpoint.layout);
  if (parts.language_model) return std::nullopt;
  Vocabulary vocabulary =
      Vocabulary::load(checkpoint.vocab, parts.qformer ? AddedTokens::kDecode : AddedTokens::kDecodeAndEncode);
  vocabulary.expect_size(parts.qformer ? checkpoint.config.blip2->qformer.vocab_size
                                       : checkpoint.config.text.vocab_size);
  return Tokenizer(std::move(vocabulary));
}

// Of a language model; its tables may have more rows than the tokenizer has ids. Null where there is none.
std::unique_ptr<LanguageTokenizer> load_language(const Checkpoint& checkpoint) {
  if (!layout_parts(checkpoint.layout).language_model) return nullptr;
  const LanguageModelConfig& language = checkpoint.config.blip2->language;
  auto tokenizer = load_language_tokenizer(checkpoint.language_tokenizer);
  const bool is_opt = language.kind == LanguageModelKind::kOpt;
  if (is_opt != (tokenizer->kind() == LanguageTokenizerKind::kByteBpe)) {
    throw Error(ErrorKind::kInvalidData,
                "'" + checkpoint.language_tokenizer.string() + "' holds " +
                    (is_opt ? "a SentencePiece tokenizer, but the language model is an OPT, which needs its vocab.json "
                              "and merges.txt"
                            : "a byte-level BPE, but the language model is a T5, which needs its spiece.model"));
  }
  if (tokenizer->size() > language.vocab_size) {
    throw Error(ErrorKind::kInvalidData, "the tokenizer in '" + checkpoint.language_tokenizer.string() + "' has " +
                                             std::to_string(tokenizer->size()) +
                                             " ids, but the language model's embeddings have " +
                                             std::to_string(language.vocab_size) +
                                             " rows; give the tokenizer that the language model was made with");
  }
  return tokenizer;
}

}  // namespace

ModelRegistry::ModelRegistry(BackendMaker make_backend, OptionsResolver resolve)
    : make_backend_(std::move(make_backend)), resolve_(std::move(resolve)) {}

std::shared_ptr<LoadedModel> ModelRegistry::load(const CheckpointOptions& options,
                                                 const BackendOptions& backend) const {
  Checkpoint checkpoint = open_checkpoint(options);
  std::optional<Tokenizer> tokenizer = load_tokenizer(checkpoint);
  std::shared_ptr<const LanguageTokenizer> language = load_language(checkpoint);
  check_memory(checkpoint, backend.device, backend.precision, available_memory());
  auto made = make_backend_(checkpoint, backend);
  for (std::string& warning : made->warnings()) checkpoint.warnings.push_back(std::move(warning));
  checkpoint.tensors.clear();
  checkpoint.training_state.clear();
  return std::make_shared<LoadedModel>(LoadedModel{.checkpoint = std::move(checkpoint),
                                                   .tokenizer = std::move(tokenizer),
                                                   .backend = std::move(made),
                                                   .language = std::move(language)});
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
