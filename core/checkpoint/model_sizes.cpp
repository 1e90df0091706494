#include "core/checkpoint/model_sizes.h"

#include <charconv>
#include <cmath>
#include <set>

#include "core/checkpoint/message.h"

namespace blip {
namespace {

constexpr std::int64_t kLargestSize = 1 << 24;
constexpr std::int64_t kDeepest = 512;
constexpr std::int64_t kPublishedHeadWidth = 64;

class SizeReader {
 public:
  SizeReader(const TensorMap& tensors, const DeclaredConfig& declared, const std::string& source)
      : tensors_(tensors), declared_(declared), source_(source) {}

  // The size of one dimension of a tensor with `rank` dimensions.
  std::int64_t dimension(const std::string& name, std::size_t rank, std::size_t index) const {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) throw invalid_data(source_, "the tensors do not fit: 1 missing: " + name);
    const auto& shape = found->second.shape;
    if (shape.size() != rank || shape[index] < 1 || shape[index] > kLargestSize) {
      throw invalid_data(source_, "the tensors do not fit: " + name + " has the shape " + shape_text(shape) +
                                      ", expected " + std::to_string(rank) + " sizes from 1 to " +
                                      std::to_string(kLargestSize));
    }
    return shape[index];
  }

  // How many numbers follow `prefix`: "visual_encoder.blocks." -> 12.
  std::int64_t depth(const std::string& prefix) const {
    std::set<std::int64_t> numbers;
    for (auto item = tensors_.lower_bound(prefix); item != tensors_.end() && item->first.starts_with(prefix); ++item) {
      std::int64_t number = 0;
      const char* begin = item->first.data() + prefix.size();
      const auto [end, error] = std::from_chars(begin, item->first.data() + item->first.size(), number);
      if (error == std::errc() && number >= 0 && number < kDeepest) numbers.insert(number);
    }
    return numbers.empty() ? 0 : *numbers.rbegin() + 1;
  }

  void agree(const char* field, std::optional<std::int64_t> declared, std::int64_t found,
             const std::string& where) const {
    if (!declared || *declared == found) return;
    throw invalid_data(source_, "the config and the weights contradict each other: " + std::string(field) + " is " +
                                    std::to_string(*declared) + " in " + in_quotes(declared_.source) + ", but " +
                                    where + " says " + std::to_string(found));
  }

  // The width that a cross-attention reads, which must be that of the states it is given.
  std::int64_t cross_width(const std::string& key, const char* states, std::int64_t width) const {
    const std::int64_t found = dimension(key, 2, 1);
    if (found == width) return found;
    throw invalid_data(source_, "the weights contradict each other: " + key + " reads states of width " +
                                    std::to_string(found) + ", but " + states + " makes states of width " +
                                    std::to_string(width));
  }

  std::int64_t heads(const char* field, std::optional<std::int64_t> declared, std::int64_t width) const {
    if (declared) {
      if (width % *declared == 0) return *declared;
      throw invalid_data(source_, std::string(field) + " is " + std::to_string(*declared) + " in " +
                                      in_quotes(declared_.source) + ", which does not divide the width " +
                                      std::to_string(width) + " of the weights");
    }
    if (width % kPublishedHeadWidth == 0) return width / kPublishedHeadWidth;
    throw invalid_data(source_,
                       "nothing says how many attention heads there are, and the width " + std::to_string(width) +
                           " is no multiple of 64, from which they could be counted: give a config.json with " + field +
                           " by --config");
  }

 private:
  const TensorMap& tensors_;
  const DeclaredConfig& declared_;
  const std::string& source_;
};

VisionConfig resolve_vision(const SizeReader& sizes, const DeclaredConfig::Vision& declared, std::int64_t& grid,
                            const std::string& source) {
  const std::string patch = "visual_encoder.patch_embed.proj.weight", fc1 = "visual_encoder.blocks.0.mlp.fc1.weight";
  VisionConfig config;
  config.width = sizes.dimension("visual_encoder.cls_token", 3, 2);
  sizes.agree("vision_config.hidden_size", declared.width, config.width, "visual_encoder.cls_token");
  config.patch_size = sizes.dimension(patch, 4, 2);
  sizes.agree("vision_config.patch_size", declared.patch_size, config.patch_size, patch);
  config.depth = sizes.depth("visual_encoder.blocks.");
  sizes.agree("vision_config.num_hidden_layers", declared.depth, config.depth, "the count of visual_encoder.blocks");
  config.mlp_width = sizes.dimension(fc1, 2, 0);
  sizes.agree("vision_config.intermediate_size", declared.mlp_width, config.mlp_width, fc1);
  config.heads = sizes.heads("vision_config.num_attention_heads", declared.heads, config.width);
  if (declared.layer_norm_eps) config.layer_norm_eps = *declared.layer_norm_eps;

  const std::int64_t tokens = sizes.dimension("visual_encoder.pos_embed", 3, 1);
  grid = std::llround(std::sqrt(static_cast<double>(tokens - 1)));
  if (grid < 1 || grid * grid + 1 != tokens) {
    throw invalid_data(source, "visual_encoder.pos_embed has " + std::to_string(tokens) +
                                   " rows, expected a square of patches and one more");
  }
  config.image_size = declared.image_size.value_or(grid * config.patch_size);
  return config;
}

}  // namespace

ResolvedConfig resolve_config(const TensorMap& tensors, Layout layout, const DeclaredConfig& declared,
                              const std::string& source) {
  const SizeReader sizes(tensors, declared, source);
  const LayoutParts parts = layout_parts(layout);
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
