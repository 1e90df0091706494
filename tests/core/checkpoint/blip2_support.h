#pragma once

#include <array>
#include <string>

#include "core/checkpoint/blip2_key_map.h"
#include "core/checkpoint/safetensors_writer.h"
#include "core/checkpoint/torch_zip_writer.h"
#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/support/temp_dir.h"

namespace blip::test {

inline constexpr std::array<Layout, 4> kBlip2Layouts{Layout::kBlip2Qformer, Layout::kBlip2Matcher, Layout::kBlip2Opt,
                                                     Layout::kBlip2T5};

// A BLIP-2 of a few thousand numbers, its widths small and different from each other.
inline ModelConfig small_blip2_config(Layout layout) {
  ModelConfig config;
  config.vision = {.width = 6, .depth = 2, .heads = 2, .mlp_width = 10, .image_size = 8, .patch_size = 4};
  config.vision.last_norm_eps = 1e-5;
  Blip2Config& blip2 = config.blip2.emplace();
  blip2.qformer = {.queries = 3, .width = 8, .depth = 3, .heads = 2, .ffn_width = 12, .cross_width = 6};
  const bool language = layout_parts(layout).language_model;
  if (!language) {
    blip2.qformer.vocab_size = 8;
    blip2.qformer.max_positions = 5;
    config.embed_width = 7;
  }
  blip2.qformer.lm_head = layout == Layout::kBlip2Qformer;
  LanguageModelConfig& lm = blip2.language;
  if (layout == Layout::kBlip2Opt) {
    lm = {.vocab_size = 9, .width = 14, .depth = 2, .heads = 2, .head_width = 7, .ffn_width = 15, .max_positions = 11};
    lm.end_token = 5;
    lm.start_token = 2;
    lm.pad_token = 1;
  } else if (layout == Layout::kBlip2T5) {
    lm = {.kind = LanguageModelKind::kT5,
          .vocab_size = 9,
          .width = 14,
          .depth = 2,
          .decoder_depth = 1,
          .heads = 2,
          .head_width = 8,
          .ffn_width = 15};
    lm.activation = Activation::kGelu;
    lm.gated = true;
    lm.position_buckets = 4;
    lm.max_distance = 20;
    lm.tied_head = false;
    lm.layer_norm_eps = 1e-6;
    lm.end_token = 1;
  }
  return config;
}

inline TensorMap small_blip2(Layout layout) {
  TensorMap tensors = small_model(layout, small_blip2_config(layout));
  const std::string head = "Qformer.cls.predictions.";
  if (tensors.contains(head + "bias")) {
    tensors[head + "decoder.bias"] = tensors[head + "bias"];
    tensors[head + "decoder.weight"] = tensors["Qformer.bert.embeddings.word_embeddings.weight"];
  }
  return tensors;
}

inline TensorMap hugging_face_blip2(Layout layout) {
  TensorMap renamed;
  for (const auto& [name, view] : small_blip2(layout)) renamed.emplace(hugging_face_name_of_blip2(name), view);
  return renamed;
}

// Byte-level BPE with a word for the end of a line, whose id is 5.
inline constexpr const char* kSmallBpe = R"({"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "a": 4, "Ċ": 5, "b": 6})";
inline constexpr const char* kSmallWords = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\n";  // 8 with [DEC]

inline void write_small_tokenizer(const std::filesystem::path& folder, Layout layout) {
  if (layout == Layout::kBlip2Opt) {
    write_text(folder / "vocab.json", kSmallBpe);
    write_text(folder / "merges.txt", "#version: 0.2\n");
  } else if (layout == Layout::kBlip2T5) {
    write_text(folder / "spiece.model", "pieces");
  } else {
    write_text(folder / "vocab.txt", kSmallWords);
  }
}

// What no weight tells of the small models.
inline std::string small_blip2_json(Layout layout) {
  const std::string heads =
      R"("vision_config": {"num_attention_heads": 2}, "qformer_config": {"num_attention_heads": 2})";
  const std::string start = R"({"model_type": "blip-2", )" + heads;
  if (layout == Layout::kBlip2Opt) {
    return start + R"(, "text_config": {"model_type": "opt", "num_attention_heads": 2, "eos_token_id": 5}})";
  }
  if (layout == Layout::kBlip2T5) {
    return start + R"(, "text_config": {"model_type": "t5", "feed_forward_proj": "gated-gelu", "dense_act_fn": "gelu",
                       "relative_attention_max_distance": 20}})";
  }
  return start + R"(, "architectures": ["Blip2ForImageTextRetrieval"]})";
}

inline void write_small_directory(const std::filesystem::path& folder, Layout layout, const TensorMap& tensors) {
  std::filesystem::create_directories(folder);
  write_text(folder / "config.json", small_blip2_json(layout));
  write_small_tokenizer(folder, layout);
  write_safetensors(tensors, folder / "model.safetensors");
}

}  // namespace blip::test
