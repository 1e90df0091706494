#include "core/checkpoint/layout.h"

#include <algorithm>
#include <array>

#include "core/checkpoint/blip2_shapes.h"
#include "core/checkpoint/message.h"

namespace blip {
namespace {

constexpr std::int64_t kFirstMergingLayer =
    6;  // NLVR: from here on the two images' states are merged by a linear layer

// The modules of BLIP; `prefix` ends in a dot.
class BlipShapes {
 public:
  explicit BlipShapes(const ModelConfig& config) : v_(config.vision), t_(config.text), config_(config) {}

  void add_vit() {
    const std::int64_t width = v_.width;
    list_.add("visual_encoder.cls_token", {1, 1, width});
    list_.add("visual_encoder.pos_embed", {1, v_.tokens(), width});
    list_.add("visual_encoder.patch_embed.proj.weight", {width, 3, v_.patch_size, v_.patch_size});
    list_.add("visual_encoder.patch_embed.proj.bias", {width});
    if (v_.pre_norm) list_.add_norm("visual_encoder.norm_pre", width);
    for (std::int64_t i = 0; i < v_.depth; ++i) {
      const std::string block = "visual_encoder.blocks." + std::to_string(i) + ".";
      list_.add_norm(block + "norm1", width);
      list_.add_linear(block + "attn.qkv", 3 * width, width);
      list_.add_linear(block + "attn.proj", width, width);
      list_.add_norm(block + "norm2", width);
      list_.add_linear(block + "mlp.fc1", v_.mlp_width, width);
      list_.add_linear(block + "mlp.fc2", width, v_.mlp_width);
    }
    list_.add_norm("visual_encoder.norm", width);
  }

  void add_med(const std::string& prefix, std::int64_t cross_width, bool twin) {
    const std::int64_t width = t_.width;
    list_.add(prefix + "embeddings.word_embeddings.weight", {t_.vocab_size, width});
    list_.add(prefix + "embeddings.position_embeddings.weight", {t_.max_positions, width});
    list_.add_norm(prefix + "embeddings.LayerNorm", width);
    for (std::int64_t i = 0; i < t_.depth; ++i) {
      const std::string layer = prefix + "encoder.layer." + std::to_string(i) + ".";
      list_.add_attention(layer + "attention.self.", width, width);
      list_.add_linear(layer + "attention.output.dense", width, width);
      list_.add_norm(layer + "attention.output.LayerNorm", width);
      if (twin) {
        add_twin_cross_attention(layer + "crossattention.", cross_width, i >= kFirstMergingLayer);
      } else {
        list_.add_attention(layer + "crossattention.self.", width, cross_width);
        list_.add_linear(layer + "crossattention.output.dense", width, width);
      }
      list_.add_norm(layer + "crossattention.output.LayerNorm", width);
      list_.add_linear(layer + "intermediate.dense", t_.ffn_width, width);
      list_.add_linear(layer + "output.dense", width, t_.ffn_width);
      list_.add_norm(layer + "output.LayerNorm", width);
    }
  }

  void add_itc() {
    list_.add_linear("vision_proj", config_.embed_width, v_.width);
    list_.add_linear("text_proj", config_.embed_width, t_.width);
  }

  ShapeList& list() { return list_; }

 private:
  void add_twin_cross_attention(const std::string& prefix, std::int64_t cross_width, bool merges) {
    list_.add_attention(prefix + "self0.", t_.width, cross_width);
    list_.add_attention(prefix + "self1.", t_.width, cross_width);
    list_.add_linear(prefix + "output.dense0", t_.width, t_.width);
    list_.add_linear(prefix + "output.dense1", t_.width, t_.width);
    if (merges) list_.add_linear(prefix + "output.merge_layer", t_.width, 2 * t_.width);
  }

  const VisionConfig& v_;
  const TextConfig& t_;
  const ModelConfig& config_;
  ShapeList list_;
};

bool holds(const TensorMap& tensors, const std::string& prefix) {
  const auto found = tensors.lower_bound(prefix);
  return found != tensors.end() && found->first.starts_with(prefix);
}

std::string top_level_modules(const TensorMap& tensors) {
  std::vector<std::string> modules;
  for (const auto& [name, view] : tensors) {
    const std::string module = in_quotes(name.substr(0, name.find('.')));
    if (modules.empty() || modules.back() != module) modules.push_back(module);
  }
  return modules.empty() ? "no tensors" : first_ten(modules);
}

Layout detect_blip2_layout(const TensorMap& tensors, const std::string& source) {
  const bool opt = holds(tensors, "language_model.model.decoder."), t5 = holds(tensors, "language_model.encoder.");
  if (opt != t5) return opt ? Layout::kBlip2Opt : Layout::kBlip2T5;
  if (!opt && holds(tensors, "itm_head."))
    return holds(tensors, "Qformer.cls.") ? Layout::kBlip2Qformer : Layout::kBlip2Matcher;
  throw invalid_data(source, "holds no BLIP-2 that can be run: found " + top_level_modules(tensors) +
                                 ", expected a Q-Former with itm_head (retrieval) or with language_model, which is an "
                                 "OPT or a T5 (captions, questions)");
}

void add_problem(std::string& problems, const char* kind, const std::vector<std::string>& names) {
  if (names.empty()) return;
  if (!problems.empty()) problems += "; ";
  problems += std::to_string(names.size()) + " " + kind + ": " + first_ten(names);
}

}  // namespace

std::string_view layout_name(Layout layout) noexcept {
  switch (layout) {
    case Layout::kCaptioner:
      return "captioner";
    case Layout::kVqa:
      return "vqa";
    case Layout::kMatcher:
      return "matcher";
    case Layout::kNlvr:
      return "nlvr";
    case Layout::kPretrain:
      return "pretrain";
    case Layout::kBlip2Qformer:
      return "blip2-qformer";
    case Layout::kBlip2Matcher:
      return "blip2-matcher";
    case Layout::kBlip2Opt:
      return "blip2-opt";
    case Layout::kBlip2T5:
      return "blip2-t5";
  }
  return "unknown";
}

LayoutParts layout_parts(Layout layout) noexcept {
  switch (layout) {
    case Layout::kCaptioner:
      return {.text_decoder = true, .captions = true};
    case Layout::kVqa:
      return {.text_encoder = true, .text_decoder = true, .answers = true};
    case Layout::kMatcher:
      return {.text_encoder = true, .itc = true, .itm = true};
    case Layout::kNlvr:
      return {.text_encoder = true, .nlvr = true};
    case Layout::kPretrain:
      return {.text_encoder = true, .text_decoder = true, .itc = true, .itm = true, .captions = true};
    case Layout::kBlip2Qformer:
      return {.itc = true, .itm = true, .qformer = true, .captions = true};
    case Layout::kBlip2Matcher:
      return {.itc = true, .itm = true, .qformer = true};
    case Layout::kBlip2Opt:
    case Layout::kBlip2T5:
      return {.qformer = true, .language_model = true, .captions = true, .answers = true};
  }
  return {};
}

bool is_blip2(const TensorMap& tensors) {
  return tensors.contains("query_tokens");
}

Layout detect_layout(const TensorMap& tensors, const std::string& source) {
  if (is_blip2(tensors)) return detect_blip2_layout(tensors, source);
  const bool encoder = holds(tensors, "text_encoder."), decoder = holds(tensors, "text_decoder.");
  const bool matching = holds(tensors, "itm_head.");
  if (holds(tensors, "visual_encoder.")) {
    if (encoder && holds(tensors, "cls_head.")) return Layout::kNlvr;
    if (encoder && decoder) return matching ? Layout::kPretrain : Layout::kVqa;
    if (encoder && matching) return Layout::kMatcher;
    if (decoder) return Layout::kCaptioner;
  }
  throw invalid_data(source, "holds no BLIP model: found " + top_level_modules(tensors) +
                                 ", expected visual_encoder with text_decoder (captions), text_encoder and "
                                 "text_decoder (questions), text_encoder "
                                 "and itm_head (matching) or text_encoder and cls_head (NLVR2)");
}

TensorShapes expected_tensors(Layout layout, const ModelConfig& config) {
  const LayoutParts parts = layout_parts(layout);
  BlipShapes shapes(config);
  ShapeList& list = shapes.list();
  shapes.add_vit();
  if (parts.qformer) {
    add_blip2_shapes(list, layout, config);
    return list.take();
  }
  if (parts.text_encoder) shapes.add_med("text_encoder.", config.encoder_cross_width, parts.nlvr);
  if (parts.text_decoder) {
    shapes.add_med("text_decoder.bert.", config.decoder_cross_width, false);
    list.add_lm_head("text_decoder.cls.predictions.", config.text.vocab_size, config.text.width);
  }
  if (parts.itc) shapes.add_itc();
  if (parts.itm) list.add_linear("itm_head", 2, config.text.width);
  if (parts.nlvr) {
    list.add_linear("cls_head.0", config.text.width, config.text.width);
    list.add_linear("cls_head.2", 2, config.text.width);
  }
  return list.take();
}

bool is_training_state(std::string_view name) {
  constexpr std::array<std::string_view, 7> kNames{"temp",      "image_queue", "text_queue", "queue_ptr",
                                                   "ptr_queue", "idx_queue",   "logit_scale"};
  constexpr std::array<std::string_view, 4> kMomentum{"visual_encoder_m.", "text_encoder_m.", "vision_proj_m.",
                                                      "text_proj_m."};
  const auto begins = [name](std::string_view prefix) { return name.starts_with(prefix); };
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end() || name.ends_with(".position_ids") ||
         std::any_of(kMomentum.begin(), kMomentum.end(), begins);
}

void check_tensors(const TensorMap& tensors, const TensorShapes& expected, const std::string& source) {
  std::vector<std::string> missing, unexpected, misshaped, mistyped;
  for (const auto& [name, shape] : expected) {
    const auto found = tensors.find(name);
    if (found == tensors.end()) {
      missing.push_back(name);
    } else if (found->second.shape != shape) {
      misshaped.push_back(name + " (found " + shape_text(found->second.shape) + ", expected " + shape_text(shape) +
                          ")");
    } else if (const DType dtype = found->second.dtype;
               dtype != DType::kFloat32 && dtype != DType::kFloat16 && dtype != DType::kBFloat16) {
      mistyped.push_back(name + " (" + std::string(dtype_name(dtype)) + ")");
    }
  }
  for (const auto& [name, view] : tensors) {
    if (!expected.contains(name) && !is_training_state(name)) unexpected.push_back(in_quotes(name));
  }
  std::string problems;
  add_problem(problems, "missing", missing);
  add_problem(problems, "unexpected", unexpected);
  add_problem(problems, "of another shape", misshaped);
  add_problem(problems, "not float32, float16 or bfloat16", mistyped);
  if (!problems.empty()) throw invalid_data(source, "the tensors do not fit: " + problems);
}

}  // namespace blip
