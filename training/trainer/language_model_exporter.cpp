#include "training/trainer/language_model_exporter.h"

#include <nlohmann/json.hpp>
#include <system_error>

#include "core/base/error.h"
#include "core/base/file_output.h"
#include "core/checkpoint/directory_output.h"
#include "core/checkpoint/safetensors_writer.h"
#include "training/trainer/half_tensors.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view kPrefix = "language_model.";

void write_json(const fs::path& path, const json& content) {
  FileOutput file(path);
  file.write(content.dump(2) + "\n");
  file.finish();
}

json config_json(const LanguageModelConfig& config, bool half) {
  return {{"architectures", {"OPTForCausalLM"}},
          {"model_type", "opt"},
          {"activation_function", "relu"},
          {"attention_dropout", 0.0},
          {"dropout", 0.0},
          {"layerdrop", 0.0},
          {"bos_token_id", config.start_token},
          {"eos_token_id", config.start_token},
          {"pad_token_id", config.pad_token},
          {"do_layer_norm_before", true},
          {"_remove_final_layer_norm", false},
          {"enable_bias", true},
          {"layer_norm_elementwise_affine", true},
          {"init_std", 0.02},
          {"ffn_dim", config.ffn_width},
          {"hidden_size", config.width},
          {"word_embed_proj_dim", config.width},
          {"max_position_embeddings", config.max_positions},
          {"num_attention_heads", config.heads},
          {"num_hidden_layers", config.depth},
          {"tie_word_embeddings", true},
          {"torch_dtype", half ? "float16" : "float32"},
          {"use_cache", true},
          {"vocab_size", config.vocab_size}};
}

}  // namespace

std::vector<std::string> LanguageModelExporter::write(const TrainingCheckpoint& checkpoint, bool half,
                                                      const fs::path& folder) const {
  TensorMap tensors;
  for (const auto& [name, view] : model_tensors(checkpoint)) {
    if (!name.starts_with(kPrefix))
      throw Error(ErrorKind::kInvalidData, "'" + name + "' belongs to no language model; is this a training of lm?");
    tensors.emplace(name.substr(kPrefix.size()), view);
  }
  if (half) tensors = half_tensors(tensors);
  const LanguageModelConfig& config = checkpoint.config.blip2.value().language;
  try {
    const fs::path target = folder / "model";
    fs::create_directories(folder);
    fs::remove_all(target);
    DirectoryOutput output(target);
    write_safetensors(tensors, output.part() / "model.safetensors");
    write_json(output.part() / "config.json", config_json(config, half));
    for (const char* file : {"vocab.json", "merges.txt", "tokenizer.json", "tokenizer_config.json"})
      if (fs::exists(tokenizer_ / file)) fs::copy_file(tokenizer_ / file, output.part() / file);
    output.finish();
  } catch (const fs::filesystem_error& e) {
    throw Error(ErrorKind::kFailed, std::string("cannot write the language model: ") + e.what());
  }
  return {};
}

}  // namespace blip
