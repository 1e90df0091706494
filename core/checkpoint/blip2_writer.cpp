#include "core/checkpoint/blip2_writer.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "core/base/file_output.h"
#include "core/checkpoint/blip2_config_writer.h"
#include "core/checkpoint/blip2_key_map.h"
#include "core/checkpoint/checkpoint_part.h"
#include "core/checkpoint/directory_output.h"
#include "core/checkpoint/message.h"
#include "core/checkpoint/safetensors_writer.h"
#include "core/checkpoint/small_file.h"
#include "core/checkpoint/tensor_ties.h"
#include "core/checkpoint/torch_zip_writer.h"
#include "core/checkpoint/vision_layout.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kVision = "visual_encoder.", kLanguage = "language_model.";

bool is_ln_vision(const std::string& name) {
  return name.starts_with("visual_encoder.norm.");
}

// "float32" where any tensor is: transformers brings all to this type.
std::string common_dtype(const TensorMap& tensors, std::string_view prefix) {
  std::string name;
  for (auto item = tensors.lower_bound(std::string(prefix)); item != tensors.end() && item->first.starts_with(prefix);
       ++item) {
    const std::string own(dtype_name(item->second.dtype));
    if (!name.empty() && name != own) return "float32";
    name = own;
  }
  return name;
}

ConfigFields fields_of(const Checkpoint& checkpoint, Layout layout, const TensorMap& tensors,
                       const CheckpointWriteOptions& options) {
  ConfigFields fields{.model = checkpoint.config, .layout = layout, .dtype = common_dtype(tensors, "")};
  Blip2Config& blip2 = *fields.model.blip2;
  if (blip2.image_token < 0) blip2.image_token = options.image_token;
  // A retrieval model's placeholder is behind its words: transformers cuts it off before they are looked up.
  if (blip2.image_token < 0 && !layout_parts(layout).language_model) blip2.image_token = blip2.qformer.vocab_size;
  return fields;
}

// The language model's tokenizer as it was, or the Q-Former's vocabulary.
std::vector<SmallFile> tokenizer_files(const Checkpoint& checkpoint, Layout layout) {
  const bool language = layout_parts(layout).language_model;
  const fs::path& place = language ? checkpoint.language_tokenizer : checkpoint.vocab;
  if (place.empty()) {
    throw Error(ErrorKind::kNotFound, "no " + std::string(language ? "tokenizer" : "vocabulary") + " to write with " +
                                          in_quotes(checkpoint.path.string()) + ": give one by --vocab");
  }
  if (!language) {
    return {{place.extension() == ".json" ? "tokenizer.json" : "vocab.txt", read_text_file(place)},
            {"tokenizer_config.json", tokenizer_config_json()},
            {"special_tokens_map.json", special_tokens_map_json()}};
  }
  std::vector<SmallFile> files;
  for (const char* name : {"vocab.json", "merges.txt", "spiece.model", "tokenizer.json", "tokenizer_config.json",
                           "special_tokens_map.json", "added_tokens.json"}) {
    if (is_there(place / name)) files.push_back({name, read_text_file(place / name)});
  }
  return files;
}

std::vector<std::string> directory_warnings(const ConfigFields& fields) {
  std::vector<std::string> warnings;
  const ModelConfig& model = fields.model;
  if (fields.layout == Layout::kBlip2Qformer) {
    warnings.emplace_back(
        "transformers passes over the Q-Former's captioning head (cls.*), with which gst-blip writes captions");
  }
  if (model.vision.pre_norm)
    warnings.emplace_back("transformers has no CLIP encoder in BLIP-2; the directory is for gst-blip");
  if (!layout_parts(fields.layout).language_model) return warnings;
  const std::int64_t token = model.blip2->image_token, rows = model.blip2->language.vocab_size;
  if (token < 0) {
    warnings.emplace_back("the id of transformers' image placeholder is not known; the directory is for gst-blip");
  } else if (token >= rows) {
    warnings.push_back("the language model's table has " + std::to_string(rows) +
                       " rows, none for transformers' image placeholder " + std::to_string(token) +
                       "; the directory is for gst-blip");
  }
  return warnings;
}

TensorMap without_prefix(const TensorMap& tensors, std::string_view prefix) {
  TensorMap bare;
  for (const auto& [name, view] : tensors) {
    if (name.starts_with(prefix)) bare.emplace(name.substr(prefix.size()), view);
  }
  return bare;
}

// A folder of the model by itself, as LAVIS loads it.
void write_language_directory(const Checkpoint& checkpoint, const TensorMap& tensors, const fs::path& folder) {
  DirectoryOutput output(folder);
  const std::string config = language_config_json(checkpoint.config.blip2->language, common_dtype(tensors, kLanguage));
  write_text_file(output.part() / "config.json", config);
  for (const SmallFile& file : tokenizer_files(checkpoint, checkpoint.layout))
    write_text_file(output.part() / file.name, file.text);
  write_safetensors(without_prefix(tensors, kLanguage), output.part() / "model.safetensors");
  output.finish();
}

void write_vision_file(const TensorMap& tensors, const fs::path& path) {
  TensorMap vision;
  for (const auto& [name, view] : tensors) {
    if (name.starts_with(kVision) && !is_ln_vision(name)) vision.emplace(name, view);
  }
  FileOutput file(path);
  write_torch_zip(lavis_vision_tensors(vision), file);
  file.finish();
}

void refuse_existing(const fs::path& path) {
  if (!is_there(path)) return;
  throw Error(ErrorKind::kInvalidArgument, in_quotes(path.string()) + " exists already; give a new name");
}

// What LAVIS trains, under its names, with what training left.
TensorMap trained_tensors(const Checkpoint& checkpoint, Layout layout, const TensorMap& tensors) {
  TensorMap trained;
  const LanguageModelKind kind = checkpoint.config.blip2->language.kind;
  for (const auto& [name, view] : tensors) {
    const bool frozen = name.starts_with(kLanguage) || (name.starts_with(kVision) && !is_ln_vision(name));
    if (!frozen) trained.emplace(lavis_name_of_blip2(name, kind), view);
  }
  if (layout == checkpoint.layout) trained.insert(checkpoint.training_state.begin(), checkpoint.training_state.end());
  return trained;
}

}  // namespace

std::vector<std::string> write_blip2_directory(const Checkpoint& checkpoint, const fs::path& directory,
                                               const CheckpointWriteOptions& options) {
  const Layout layout = checked_part(checkpoint, options.layout);
  TensorMap tensors = part_tensors(checkpoint, layout);
  const ConfigFields fields = fields_of(checkpoint, layout, tensors, options);
  std::vector<SmallFile> files = tokenizer_files(checkpoint, layout);
  files.push_back({"config.json", blip2_config_json(fields)});
  files.push_back({"preprocessor_config.json", preprocessor_config_json(checkpoint.config.vision.image_size)});
  files.push_back({"processor_config.json", blip2_processor_config_json(checkpoint.config.blip2->qformer.queries)});
  if (layout_parts(layout).language_model)
    files.push_back({"generation_config.json", generation_config_json(checkpoint.config.blip2->language)});
  leave_out_ties(tensors);
  TensorMap renamed;
  for (const auto& [name, view] : tensors) renamed.emplace(hugging_face_name_of_blip2(name), view);

  DirectoryOutput output(directory);
  for (const SmallFile& file : files) write_text_file(output.part() / file.name, file.text);
  write_safetensors(renamed, output.part() / "model.safetensors");
  output.finish();
  return directory_warnings(fields);
}

void write_lavis_file(const Checkpoint& checkpoint, const fs::path& file, const CheckpointWriteOptions& options) {
  const Layout layout = checked_part(checkpoint, options.layout);
  const TensorMap tensors = part_tensors(checkpoint, layout);
  const bool language = layout_parts(layout).language_model && options.frozen_parts;
  const fs::path folder = file.parent_path();
  refuse_existing(file);
  if (options.frozen_parts) refuse_existing(folder / "vision.pth");
  if (language) refuse_existing(folder / "llm");
  const ConfigFields fields = fields_of(checkpoint, layout, tensors, options);
  std::vector<SmallFile> beside{{file.stem().string() + ".config.json", blip2_config_json(fields)}};
  if (!layout_parts(layout).language_model) beside.push_back(tokenizer_files(checkpoint, layout).front());
  std::erase_if(beside, [&](const SmallFile& small) { return !is_needed(folder, small); });

  FileOutput output(file);
  write_torch_zip(trained_tensors(checkpoint, layout, tensors), output);
  if (language) write_language_directory(checkpoint, tensors, folder / "llm");
  if (options.frozen_parts) write_vision_file(tensors, folder / "vision.pth");
  for (const SmallFile& small : beside) write_text_file(folder / small.name, small.text);
  output.finish();
}

}  // namespace blip
