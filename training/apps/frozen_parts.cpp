#include "training/apps/frozen_parts.h"

#include <array>
#include <cstdio>
#include <optional>
#include <system_error>

#include "core/base/error.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/crc32.h"
#include "core/checkpoint/language_config_reader.h"
#include "core/checkpoint/tokenizer_files.h"
#include "core/checkpoint/vision_state_dict.h"
#include "core/checkpoint/weights_files.h"
#include "core/model/view_tensor.h"
#include "core/text/language_tokenizer.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

constexpr const char* kVision = "visual_encoder.";

// A state dict of an image encoder alone: EVA-CLIP's or CLIP's names without a prefix.
bool is_vision_file(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return false;
  const TensorMap tensors = read_weights_at(path);
  return tensors.contains("cls_token") || tensors.contains("class_embedding");
}

const TensorView& find(const TensorMap& tensors, const std::string& name, const std::string& source) {
  const auto found = tensors.find(name);
  if (found == tensors.end()) throw Error(ErrorKind::kInvalidData, "'" + source + "' has no '" + name + "'");
  return found->second;
}

std::int64_t count_layers(const TensorMap& tensors, const std::string& prefix, const std::string& suffix) {
  std::int64_t count = 0;
  while (tensors.contains(prefix + std::to_string(count) + suffix)) ++count;
  return count;
}

// EVA-CLIP ViT-g and CLIP ViT-L have 16 heads; others 64 wide ones.
std::int64_t heads_of(std::int64_t width) {
  constexpr std::int64_t kVitG = 1408, kVitL = 1024, kHeads = 16, kHeadWidth = 64;
  return width == kVitG || width == kVitL ? kHeads : std::max<std::int64_t>(1, width / kHeadWidth);
}

FrozenImageEncoder read_vision_file(const std::string& path, std::int64_t image_size) {
  VisionStateDict dict = read_vision_state_dict(read_weights_at(path), std::nullopt, path);
  VisionConfig config;
  const auto name = [](const std::string& rest) { return kVision + rest; };
  const auto& patch = find(dict.tensors, name("patch_embed.proj.weight"), path).shape;
  config.width = patch.at(0);
  config.patch_size = patch.at(3);
  config.depth = count_layers(dict.tensors, name("blocks."), ".norm1.weight");
  config.heads = heads_of(config.width);
  config.mlp_width = find(dict.tensors, name("blocks.0.mlp.fc1.weight"), path).shape.at(0);
  config.image_size = image_size;
  config.pre_norm = dict.clip;
  if (dict.clip) {
    constexpr double kClipEps = 1e-5;
    config.activation = Activation::kQuickGelu;
    config.layer_norm_eps = kClipEps;
  }
  if (image_size % config.patch_size != 0)
    throw Error(ErrorKind::kInvalidArgument, "data.image_size is " + std::to_string(image_size) +
                                                 ", which is no multiple of the patches of '" + path + "', " +
                                                 std::to_string(config.patch_size));
  const std::int64_t tokens = find(dict.tensors, name("pos_embed"), path).shape.at(1);
  if (tokens != config.tokens())
    throw Error(ErrorKind::kInvalidArgument, "'" + path + "' has positions for " + std::to_string(tokens - 1) +
                                                 " patches, but data.image_size " + std::to_string(image_size) +
                                                 " makes " + std::to_string(config.tokens() - 1) +
                                                 "; give the size that it was trained at");
  return {std::move(dict.tensors), config};
}

template <class Value>
Value declared(const std::optional<Value>& value, const char* what, const DeclaredLanguage& language) {
  if (value) return *value;
  throw Error(ErrorKind::kInvalidData, "'" + language.source + "' does not say the language model's " + what);
}

LanguageModelConfig config_of(const DeclaredLanguage& said, const TensorMap& tensors, const std::string& directory) {
  const bool opt = said.kind == LanguageModelKind::kOpt;
  LanguageModelConfig config;
  config.kind = said.kind;
  config.width = declared(said.width, "width", said);
  config.depth = declared(said.depth, "layers", said);
  config.heads = declared(said.heads, "heads", said);
  config.ffn_width = declared(said.ffn_width, "feed-forward width", said);
  config.vocab_size =
      find(tensors, opt ? "language_model.model.decoder.embed_tokens.weight" : "language_model.shared.weight",
           directory)
          .shape.at(0);
  config.head_width = said.head_width.value_or(config.width / config.heads);
  if (opt) {
    config.max_positions = declared(said.max_positions, "positions", said);
  } else {
    config.decoder_depth = said.decoder_depth.value_or(config.depth);
    config.gated = true;
    config.position_buckets = declared(said.position_buckets, "position buckets", said);
    config.max_distance = said.max_distance;
  }
  config.activation = said.activation;
  config.tied_head = !tensors.contains("language_model.lm_head.weight");
  config.layer_norm_eps = said.layer_norm_eps.value_or(opt ? 1e-5 : 1e-6);
  config.start_token = said.start_token;
  config.pad_token = said.pad_token;
  return config;
}

}  // namespace

FrozenImageEncoder open_image_encoder(const std::string& path, std::int64_t image_size) {
  if (is_vision_file(path)) return read_vision_file(path, image_size);
  const Checkpoint checkpoint = open_checkpoint({.model = path, .image_size = image_size, .vocab_required = false});
  FrozenImageEncoder encoder;
  encoder.config = checkpoint.config.vision;
  for (const auto& [name, view] : checkpoint.tensors)
    if (name.starts_with(kVision)) encoder.tensors.emplace(name, view);
  return encoder;
}

FrozenLanguageModel open_language_model(const std::string& directory) {
  const fs::path folder = directory;
  std::error_code ignored;
  if (!fs::is_regular_file(folder / "config.json", ignored))
    throw Error(ErrorKind::kNotFound, "'" + directory +
                                          "' holds no config.json; give model.language_model the Hugging Face "
                                          "directory of an OPT or a T5");
  const DeclaredLanguage said = read_language_config_file(folder / "config.json");
  FrozenLanguageModel model;
  for (const auto& [name, view] : read_weights_at(folder)) {
    // Some OPT directories were saved without the outer module.
    const bool bare = said.kind == LanguageModelKind::kOpt && name.starts_with("decoder.");
    model.tensors.emplace((bare ? "language_model.model." : "language_model.") + name, view);
  }
  if (said.tied_head.value_or(said.kind == LanguageModelKind::kOpt))
    model.tensors.erase("language_model.lm_head.weight");
  for (const char* tied : {"encoder.embed_tokens.weight", "decoder.embed_tokens.weight"})
    model.tensors.erase(std::string("language_model.") + tied);
  model.config = config_of(said, model.tensors, directory);
  model.tokenizer = find_language_tokenizer(folder, said.kind);
  if (model.tokenizer.empty())
    throw Error(ErrorKind::kNotFound,
                "'" + directory + "' holds no tokenizer; expected " +
                    (said.kind == LanguageModelKind::kOpt ? "vocab.json and merges.txt" : "spiece.model"));
  model.config.end_token = load_language_tokenizer(model.tokenizer)->special().end;
  return model;
}

std::string image_encoder_id(const TensorMap& tensors) {
  std::uint32_t crc = 0;
  for (const auto& [name, view] : tensors) {
    if (!name.starts_with(kVision) || name.starts_with("visual_encoder.norm.")) continue;
    crc = crc32(name.data(), name.size(), crc);
    const auto values = view_tensor(view).to(torch::kFloat32).contiguous();
    crc = crc32(values.data_ptr(), static_cast<std::size_t>(values.nbytes()), crc);
  }
  std::array<char, 9> text{};
  std::snprintf(text.data(), text.size(), "%08x", crc);
  return text.data();
}

}  // namespace blip
