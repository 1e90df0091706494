#include "core/checkpoint/checkpoint_writer.h"

#include <cstring>

#include "core/base/file_output.h"
#include "core/checkpoint/blip2_writer.h"
#include "core/checkpoint/byte_view.h"
#include "core/checkpoint/checkpoint_part.h"
#include "core/checkpoint/directory_output.h"
#include "core/checkpoint/key_map.h"
#include "core/checkpoint/message.h"
#include "core/checkpoint/safetensors_writer.h"
#include "core/checkpoint/small_file.h"
#include "core/checkpoint/torch_zip_writer.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

void require_transformers_class(Layout layout, const Checkpoint& checkpoint) {
  if (layout != Layout::kPretrain && layout != Layout::kNlvr) return;
  throw Error(ErrorKind::kUnsupported,
              in_quotes(checkpoint.path.string()) + " is a " + std::string(layout_name(layout)) +
                  " checkpoint, for which transformers has no class: " +
                  (layout == Layout::kPretrain ? "choose --layout captioner or --layout matcher, or write a .pth file"
                                               : "write a .pth file"));
}

bool words_are_tied(const TensorMap& tensors) {
  const auto head = tensors.find("text_decoder.cls.predictions.decoder.weight");
  const auto words = tensors.find("text_decoder.bert.embeddings.word_embeddings.weight");
  if (head == tensors.end() || words == tensors.end()) return true;
  const TensorView &a = head->second, &b = words->second;
  return a.dtype == b.dtype && (a.data == b.data || std::memcmp(a.data, b.data, a.byte_count()) == 0);
}

std::string dtype_of(const TensorMap& tensors) {
  const auto first = tensors.find("visual_encoder.cls_token");
  return std::string(dtype_name(first->second.dtype));
}

std::string config_of(const Checkpoint& checkpoint, Layout layout, const TensorMap& tensors,
                      const ConfigTokenIds& ids) {
  return config_json({.model = checkpoint.config,
                      .layout = layout,
                      .ids = ids,
                      .dtype = dtype_of(tensors),
                      .tied_words = words_are_tied(tensors)});
}

SmallFile vocabulary_of(const Checkpoint& checkpoint) {
  if (checkpoint.vocab.empty()) {
    throw Error(ErrorKind::kNotFound,
                "no vocabulary to write with " + in_quotes(checkpoint.path.string()) + ": give one by --vocab");
  }
  return {checkpoint.vocab.extension() == ".json" ? "tokenizer.json" : "vocab.txt", read_text_file(checkpoint.vocab)};
}

void add_position_ids(TensorMap& tensors, std::int64_t positions) {
  TensorView ids{nullptr, DType::kInt64, {1, positions}, nullptr};
  const auto buffer = allocate_aligned(ids.byte_count());
  for (std::int64_t i = 0; i < positions; ++i) std::memcpy(buffer.get() + 8 * i, &i, 8);
  ids.data = buffer.get();
  ids.owner = buffer;
  for (const std::string prefix : {"text_encoder.", "text_decoder.bert."}) {
    if (tensors.contains(prefix + "embeddings.word_embeddings.weight"))
      tensors.emplace(prefix + "embeddings.position_ids", ids);
  }
}

}  // namespace

std::vector<std::string> write_hugging_face_directory(const Checkpoint& checkpoint, const fs::path& directory,
                                                      const CheckpointWriteOptions& options) {
  const Layout layout = checked_part(checkpoint, options.layout);
  if (layout_parts(layout).qformer) return write_blip2_directory(checkpoint, directory, options);
  require_transformers_class(layout, checkpoint);
  const TensorMap tensors = part_tensors(checkpoint, layout);
  TensorMap renamed;
  for (const auto& [name, view] : tensors) renamed.emplace(hugging_face_name(name), view);

  const SmallFile vocabulary = vocabulary_of(checkpoint);
  DirectoryOutput output(directory);
  write_text_file(output.part() / "config.json", config_of(checkpoint, layout, tensors, options.ids));
  write_text_file(output.part() / vocabulary.name, vocabulary.text);
  write_text_file(output.part() / "preprocessor_config.json",
                  preprocessor_config_json(checkpoint.config.vision.image_size));
  write_text_file(output.part() / "tokenizer_config.json", tokenizer_config_json());
  write_text_file(output.part() / "special_tokens_map.json", special_tokens_map_json());
  write_safetensors(renamed, output.part() / "model.safetensors");
  output.finish();

  std::vector<std::string> warnings;
  if (layout == Layout::kVqa && checkpoint.config.vision.width != checkpoint.config.text.width) {
    warnings.push_back(
        "transformers can only run question answering where images and text are equally wide; this model's are " +
        std::to_string(checkpoint.config.vision.width) + " and " + std::to_string(checkpoint.config.text.width) +
        ", so the directory is for gst-blip");
  }
  return warnings;
}

void write_original_file(const Checkpoint& checkpoint, const fs::path& file, const CheckpointWriteOptions& options) {
  const Layout layout = checked_part(checkpoint, options.layout);
  if (layout_parts(layout).qformer) return write_lavis_file(checkpoint, file, options);
  if (is_there(file))
    throw Error(ErrorKind::kInvalidArgument, in_quotes(file.string()) + " exists already; give a new name");
  TensorMap tensors = part_tensors(checkpoint, layout);
  const SmallFile config{file.stem().string() + ".config.json", config_of(checkpoint, layout, tensors, options.ids)};
  const SmallFile vocabulary = vocabulary_of(checkpoint);
  std::vector<const SmallFile*> beside;
  for (const SmallFile* small : {&config, &vocabulary}) {
    if (is_needed(file.parent_path(), *small)) beside.push_back(small);
  }
  if (layout == checkpoint.layout) tensors.insert(checkpoint.training_state.begin(), checkpoint.training_state.end());
  add_position_ids(tensors, checkpoint.config.text.max_positions);

  FileOutput output(file);
  write_torch_zip(tensors, output);
  for (const SmallFile* small : beside) write_text_file(file.parent_path() / small->name, small->text);
  output.finish();
}

}  // namespace blip
