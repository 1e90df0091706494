#include "core/checkpoint/config_writer.h"

#include <nlohmann/json.hpp>

namespace blip {
namespace {

using Json = nlohmann::ordered_json;

const char* architecture(Layout layout) {
  switch (layout) {
    case Layout::kCaptioner:
      return "BlipForConditionalGeneration";
    case Layout::kVqa:
      return "BlipForQuestionAnswering";
    case Layout::kMatcher:
      return "BlipForImageTextRetrieval";
    case Layout::kNlvr:
    case Layout::kPretrain:
      break;
    case Layout::kBlip2Qformer:
    case Layout::kBlip2Matcher:
      return "Blip2ForImageTextRetrieval";
    case Layout::kBlip2Opt:
    case Layout::kBlip2T5:
      return "Blip2ForConditionalGeneration";
  }
  return "BlipModel";
}

std::string text_of(const Json& document) {
  return document.dump(2) + "\n";
}

// BERT's, and the two that BLIP adds (models/blip.py, init_tokenizer): registered, so that decoding can leave them out.
Json special_tokens() {
  return {{"bos_token", "[DEC]"},
          {"cls_token", "[CLS]"},
          {"mask_token", "[MASK]"},
          {"pad_token", "[PAD]"},
          {"sep_token", "[SEP]"},
          {"unk_token", "[UNK]"},
          {"additional_special_tokens", Json::array({"[ENC]"})}};
}

}  // namespace

std::string config_json(const ConfigFields& fields) {
  const VisionConfig& vision = fields.model.vision;
  const TextConfig& text = fields.model.text;
  const std::int64_t embed = fields.model.embed_width > 0 ? fields.model.embed_width : 256;
  const Json text_config = {{"model_type", "blip_text_model"},
                            {"vocab_size", text.vocab_size},
                            {"hidden_size", text.width},
                            {"encoder_hidden_size", vision.width},
                            {"num_hidden_layers", text.depth},
                            {"num_attention_heads", text.heads},
                            {"intermediate_size", text.ffn_width},
                            {"projection_dim", text.width},
                            {"max_position_embeddings", text.max_positions},
                            {"hidden_act", "gelu"},
                            {"layer_norm_eps", text.layer_norm_eps},
                            {"hidden_dropout_prob", 0.0},
                            {"attention_probs_dropout_prob", 0.0},
                            {"bos_token_id", fields.ids.decode},
                            {"eos_token_id", fields.ids.sep},
                            {"sep_token_id", fields.ids.sep},
                            {"pad_token_id", fields.ids.pad},
                            {"is_decoder", true},
                            {"use_cache", true},
                            {"label_smoothing", 0.0},
                            {"tie_word_embeddings", fields.tied_words}};
  const Json vision_config = {{"model_type", "blip_vision_model"},
                              {"hidden_size", vision.width},
                              {"num_hidden_layers", vision.depth},
                              {"num_attention_heads", vision.heads},
                              {"intermediate_size", vision.mlp_width},
                              {"projection_dim", embed},
                              {"image_size", vision.image_size},
                              {"patch_size", vision.patch_size},
                              {"hidden_act", "gelu"},
                              {"layer_norm_eps", vision.layer_norm_eps},
                              {"attention_dropout", 0.0}};
  return text_of({{"architectures", {architecture(fields.layout)}},
                  {"model_type", "blip"},
                  {"torch_dtype", fields.dtype},
                  {"image_text_hidden_size", embed},
                  {"projection_dim", embed},
                  {"logit_scale_init_value", 2.6592},
                  {"initializer_factor", 1.0},
                  {"tie_word_embeddings", fields.tied_words},
                  {"text_config", text_config},
                  {"vision_config", vision_config}});
}

std::string preprocessor_config_json(std::int64_t image_size) {
  constexpr int kBicubic = 3;  // Pillow's number
  return text_of({{"image_processor_type", "BlipImageProcessor"},
                  {"do_convert_rgb", true},
                  {"do_resize", true},
                  {"size", {{"height", image_size}, {"width", image_size}}},
                  {"resample", kBicubic},
                  {"do_rescale", true},
                  {"rescale_factor", 1.0 / 255},
                  {"do_normalize", true},
                  {"image_mean", {0.48145466, 0.4578275, 0.40821073}},
                  {"image_std", {0.26862954, 0.26130258, 0.27577711}}});
}

std::string tokenizer_config_json() {
  Json json = {{"tokenizer_class", "BertTokenizer"},
               {"do_lower_case", true},
               {"model_max_length", 512},
               {"strip_accents", nullptr},
               {"tokenize_chinese_chars", true}};
  json.update(special_tokens());
  return text_of(json);
}

std::string special_tokens_map_json() {
  return text_of(special_tokens());
}

}  // namespace blip
