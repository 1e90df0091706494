#include "training/trainer/sizes_json.h"

#include <nlohmann/json.hpp>

namespace blip {
namespace {

using nlohmann::json;

// The fields of a part and their names, for both directions. `Io` reads or writes one.
template <class Io, class Vision>
void fields(Io&& io, Vision& v, const VisionConfig*) {
  io("width", v.width);
  io("depth", v.depth);
  io("heads", v.heads);
  io("mlp_width", v.mlp_width);
  io("image_size", v.image_size);
  io("patch_size", v.patch_size);
  io("layer_norm_eps", v.layer_norm_eps);
  io.optional("last_norm_eps", v.last_norm_eps);
  io.optional("pre_norm", v.pre_norm);
  io.optional("activation", v.activation);
}

template <class Io, class Text>
void fields(Io&& io, Text& t, const TextConfig*) {
  io("vocab_size", t.vocab_size);
  io("width", t.width);
  io("depth", t.depth);
  io("heads", t.heads);
  io("ffn_width", t.ffn_width);
  io("max_positions", t.max_positions);
  io("layer_norm_eps", t.layer_norm_eps);
}

template <class Io, class QFormer>
void fields(Io&& io, QFormer& q, const QFormerConfig*) {
  io("queries", q.queries);
  io("width", q.width);
  io("depth", q.depth);
  io("heads", q.heads);
  io("ffn_width", q.ffn_width);
  io("cross_frequency", q.cross_frequency);
  io("cross_width", q.cross_width);
  io("vocab_size", q.vocab_size);
  io("max_positions", q.max_positions);
  io("lm_head", q.lm_head);
  io("layer_norm_eps", q.layer_norm_eps);
}

template <class Io, class Language>
void fields(Io&& io, Language& l, const LanguageModelConfig*) {
  io("kind", l.kind);
  io("vocab_size", l.vocab_size);
  io("width", l.width);
  io("depth", l.depth);
  io("decoder_depth", l.decoder_depth);
  io("heads", l.heads);
  io("head_width", l.head_width);
  io("ffn_width", l.ffn_width);
  io("max_positions", l.max_positions);
  io("activation", l.activation);
  io("gated", l.gated);
  io("position_buckets", l.position_buckets);
  io("max_distance", l.max_distance);
  io("tied_head", l.tied_head);
  io("layer_norm_eps", l.layer_norm_eps);
  io("end_token", l.end_token);
  io("start_token", l.start_token);
  io("pad_token", l.pad_token);
}

struct Writer {
  json& object;
  template <class Value>
  void operator()(const char* name, const Value& value) const {
    object[name] = value;
  }
  template <class Value>
  void optional(const char* name, const Value& value) const {
    object[name] = value;
  }
};

struct Reader {
  const json& object;
  template <class Value>
  void operator()(const char* name, Value& value) const {
    object.at(name).get_to(value);
  }
  template <class Value>
  void optional(const char* name, Value& value) const {
    if (object.contains(name)) object.at(name).get_to(value);
  }
};

template <class Part>
json written(const Part& part) {
  json object;
  fields(Writer{object}, part, &part);
  return object;
}

template <class Part>
Part read(const json& object) {
  Part part;
  fields(Reader{object}, part, &part);
  return part;
}

}  // namespace

json model_sizes_json(const ModelConfig& config) {
  json sizes = {{"vision", written(config.vision)},
                {"text", written(config.text)},
                {"embed_width", config.embed_width},
                {"encoder_cross_width", config.encoder_cross_width},
                {"decoder_cross_width", config.decoder_cross_width}};
  if (config.blip2) {
    sizes["blip2"] = {{"qformer", written(config.blip2->qformer)},
                      {"language", written(config.blip2->language)},
                      {"image_token", config.blip2->image_token}};
  }
  return sizes;
}

ModelConfig model_sizes_from_json(const json& sizes) {
  ModelConfig config;
  config.vision = read<VisionConfig>(sizes.at("vision"));
  config.text = read<TextConfig>(sizes.at("text"));
  config.embed_width = sizes.at("embed_width");
  config.encoder_cross_width = sizes.at("encoder_cross_width");
  config.decoder_cross_width = sizes.at("decoder_cross_width");
  if (sizes.contains("blip2")) {
    const json& blip2 = sizes.at("blip2");
    config.blip2 = Blip2Config{.qformer = read<QFormerConfig>(blip2.at("qformer")),
                               .language = read<LanguageModelConfig>(blip2.at("language")),
                               .image_token = blip2.at("image_token")};
  }
  return config;
}

}  // namespace blip
