#include "core/checkpoint/size_reader.h"

#include <charconv>
#include <cmath>
#include <set>

#include "core/checkpoint/message.h"

namespace blip {
namespace {

constexpr std::int64_t kLargestSize = 1 << 24;
constexpr std::int64_t kDeepest = 512;
constexpr std::int64_t kPublishedHeadWidth = 64;

}  // namespace

std::int64_t SizeReader::dimension(const std::string& name, std::size_t rank, std::size_t index) const {
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

std::int64_t SizeReader::depth(const std::string& prefix) const {
  std::set<std::int64_t> numbers;
  for (auto item = tensors_.lower_bound(prefix); item != tensors_.end() && item->first.starts_with(prefix); ++item) {
    std::int64_t number = 0;
    const char* begin = item->first.data() + prefix.size();
    const auto [end, error] = std::from_chars(begin, item->first.data() + item->first.size(), number);
    if (error == std::errc() && number >= 0 && number < kDeepest) numbers.insert(number);
  }
  return numbers.empty() ? 0 : *numbers.rbegin() + 1;
}

void SizeReader::agree(const std::string& field, std::optional<std::int64_t> declared, std::int64_t found,
                       const std::string& where) const {
  if (!declared || *declared == found) return;
  throw invalid_data(source_, "the config and the weights contradict each other: " + field + " is " +
                                  std::to_string(*declared) + " in " + in_quotes(declared_source_) + ", but " + where +
                                  " says " + std::to_string(found));
}

std::int64_t SizeReader::cross_width(const std::string& key, const std::string& states, std::int64_t width) const {
  const std::int64_t found = dimension(key, 2, 1);
  if (found == width) return found;
  throw invalid_data(source_, "the weights contradict each other: " + key + " reads states of width " +
                                  std::to_string(found) + ", but " + states + " makes states of width " +
                                  std::to_string(width));
}

std::int64_t SizeReader::heads(const std::string& field, std::optional<std::int64_t> declared,
                               std::int64_t width) const {
  if (declared) {
    if (width % *declared == 0) return *declared;
    throw invalid_data(source_, field + " is " + std::to_string(*declared) + " in " + in_quotes(declared_source_) +
                                    ", which does not divide the width " + std::to_string(width) + " of the weights");
  }
  if (width % kPublishedHeadWidth == 0) return width / kPublishedHeadWidth;
  throw invalid_data(source_, "nothing says how many attention heads there are, and the width " +
                                  std::to_string(width) +
                                  " is no multiple of 64, from which they could be counted: give a config.json with " +
                                  field + " by --config");
}

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

}  // namespace blip
