#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace blip {

// The tensors that a class of the original code needs, by name, with their shapes.
using TensorShapes = std::map<std::string, std::vector<std::int64_t>>;

// Collects the names and shapes of modules.
class ShapeList {
 public:
  void add(const std::string& name, std::vector<std::int64_t> shape) { shapes_.emplace(name, std::move(shape)); }

  void add_linear(const std::string& name, std::int64_t out, std::int64_t in) {
    add(name + ".weight", {out, in});
    add(name + ".bias", {out});
  }

  void add_norm(const std::string& name, std::int64_t width) {
    add(name + ".weight", {width});
    add(name + ".bias", {width});
  }

  // BERT's: query, key and value, `prefix` ends in a dot.
  void add_attention(const std::string& prefix, std::int64_t width, std::int64_t key_width) {
    add_linear(prefix + "query", width, width);
    add_linear(prefix + "key", width, key_width);
    add_linear(prefix + "value", width, key_width);
  }

  // BERT's language modelling head; its two biases are one parameter.
  void add_lm_head(const std::string& prefix, std::int64_t vocabulary, std::int64_t width) {
    add(prefix + "bias", {vocabulary});
    add_linear(prefix + "transform.dense", width, width);
    add_norm(prefix + "transform.LayerNorm", width);
    add_linear(prefix + "decoder", vocabulary, width);
  }

  TensorShapes take() { return std::move(shapes_); }

 private:
  TensorShapes shapes_;
};

}  // namespace blip
