#include "core/checkpoint/model_sizes.h"

#include "core/checkpoint/blip2_sizes.h"
#include "core/checkpoint/layout.h"
#include "core/checkpoint/message.h"
#include "core/checkpoint/size_reader.h"

namespace blip {

ResolvedConfig resolve_config(const TensorMap& tensors, Layout layout, const DeclaredConfig& declared,
                              const std::string& source) {
  const LayoutParts parts = layout_parts(layout);
  if (parts.qformer) return resolve_blip2_config(tensors, layout, declared, source);
  const SizeReader sizes(tensors, declared.source, source);
  ResolvedConfig resolved;
  resolved.config.vision = resolve_vision(sizes, declared.vision, resolved.grid, source);

  const std::string med = parts.text_encoder ? "text_encoder." : "text_decoder.bert.";
  const std::string words = med + "embeddings.word_embeddings.weight",
                    positions = med + "embeddings.position_embeddings.weight";
  const std::string layers = med + "encoder.layer.", ffn = layers + "0.intermediate.dense.weight";
  TextConfig& text = resolved.config.text;
  text.vocab_size = sizes.dimension(words, 2, 0);
  sizes.agree("text_config.vocab_size", declared.text.vocab_size, text.vocab_size, words);
  text.width = sizes.dimension(words, 2, 1);
  sizes.agree("text_config.hidden_size", declared.text.width, text.width, words);
  text.max_positions = sizes.dimension(positions, 2, 0);
  sizes.agree("text_config.max_position_embeddings", declared.text.max_positions, text.max_positions, positions);
  text.depth = sizes.depth(layers);
  sizes.agree("text_config.num_hidden_layers", declared.text.depth, text.depth, "the count of " + layers + "N");
  text.ffn_width = sizes.dimension(ffn, 2, 0);
  sizes.agree("text_config.intermediate_size", declared.text.ffn_width, text.ffn_width, ffn);
  if (declared.text.layer_norm_eps) text.layer_norm_eps = *declared.text.layer_norm_eps;

  auto declared_heads = declared.text.heads;
  if (declared_heads == 8 &&
      text.width == 768) {  // published configs said so until 2023; the weights were trained with 12
    resolved.warnings.push_back(in_quotes(declared.source) +
                                ": text_config.num_attention_heads is 8, which published configs got wrong; using 12");
    declared_heads = 12;
  }
  text.heads = sizes.heads("text_config.num_attention_heads", declared_heads, text.width);

  const std::int64_t vision_width = resolved.config.vision.width;
  if (parts.text_encoder) {
    const std::string key = layers + "0.crossattention." + std::string(parts.nlvr ? "self0" : "self") + ".key.weight";
    resolved.config.encoder_cross_width = sizes.cross_width(key, "visual_encoder", vision_width);
  }
  if (parts.text_decoder) {
    const std::string key = "text_decoder.bert.encoder.layer.0.crossattention.self.key.weight";
    const bool reads_question = layout == Layout::kVqa;
    resolved.config.decoder_cross_width = sizes.cross_width(key, reads_question ? "text_encoder" : "visual_encoder",
                                                            reads_question ? text.width : vision_width);
  }
  if (const auto width = declared.text.cross_width; width && *width != vision_width) {
    resolved.warnings.push_back(in_quotes(declared.source) + ": text_config.encoder_hidden_size is " +
                                std::to_string(*width) + "; the weights read images of width " +
                                std::to_string(vision_width));
  }
  if (parts.itc) {
    resolved.config.embed_width = sizes.dimension("vision_proj.weight", 2, 0);
    sizes.agree("image_text_hidden_size", declared.embed_width, resolved.config.embed_width, "vision_proj.weight");
  }
  return resolved;
}

}  // namespace blip
