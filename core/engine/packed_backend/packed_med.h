#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/checkpoint/model_config.h"
#include "core/engine/packed_backend/stored_key_values.h"
#include "core/engine/packed_backend/weight_store.h"
#include "core/kernels/absorbed_attention.h"

namespace blip {

// What a run of texts attends to, all frames of a clip together: their keys and values, or, where there are none and
// few rows ask, their states.
struct CrossSource {
  std::span<const std::shared_ptr<const StoredKeyValues>> stored;
  std::span<const TokenStates> states;  // if not empty
};

// Texts without padding, one after the other: text t has the ids [starts[t], starts[t + 1]).
struct TextRows {
  std::span<const std::int64_t> ids;
  std::span<const std::int64_t> starts;  // texts + 1
  std::int64_t texts() const { return static_cast<std::int64_t>(starts.size()) - 1; }
};

// MED, the multimodal mixture of encoder-decoder (core/model/med.h), on packed weights. Letters: R rows (tokens of all
// texts), D width.
class PackedMed {
 public:
  // `name`: of the module that holds "embeddings" and "encoder". twin: NLVR2's, with two images a text.
  PackedMed(WeightStore& weights, const std::string& name, const TextConfig& config, Precision precision,
            bool twin = false);

  // Projections of the cross-attention to one image.
  struct Cross {
    LinearPtr query, keys_values, output;
    TensorView key_weight, value_weight;  // as the checkpoint has them
    std::vector<float> value_bias;
  };
  struct Layer {
    LinearPtr qkv, self_output, fc1, fc2;
    std::vector<Cross> cross;  // one, or two in the twin form
    LinearPtr merge;           // of both outputs, in the upper half of the twin form; null: their mean
    NormWeights self_norm, cross_norm, output_norm;
  };

  // Which rows of the last layer are made: all; of each text the first ([ENC], [CLS]); or none, only what prefill
  // needs.
  enum class Last { kAll, kFirst, kKeysValues };

  // Runs texts that share their cross-attention sources: none (unimodal), one, or in the twin form two. causal: a row
  // sees only those before it. states: [R, D], or [texts, D] for Last::kFirst, or unused. keys_values: none, or for
  // each layer where [R, 2 D] go.
  void run(Workspace& workspace, const TextRows& texts, std::span<const CrossSource> cross, bool causal, Last last,
           float* states, std::span<float* const> keys_values = {}) const;

  // x [D] = LN(word + position)
  void embed(const VectorLoops& loops, std::int64_t id, std::int64_t position, float* x) const;
  void feed_forward(Workspace& workspace, const Layer& layer, float* x, std::int64_t rows) const;

  // source [tokens, in] float; `image`: 1 for the second of the twin form.
  std::shared_ptr<const StoredKeyValues> keys_values(Workspace& workspace, const float* source, std::int64_t tokens,
                                                     std::size_t image = 0) const;
  // Equal for MEDs whose keys and values of a source are the same: the serial numbers of what makes them.
  std::vector<std::uint64_t> keys_values_identity(std::size_t image = 0) const;

  // True if run() takes states, too: in float32 with a float32 checkpoint.
  bool takes_states() const { return takes_states_; }

  const std::vector<Layer>& layers() const { return layers_; }
  HeadShape heads() const { return heads_; }
  std::int64_t width() const { return heads_.heads * heads_.width; }
  std::int64_t max_positions() const { return positions_.table().shape[0]; }
  const EmbeddingRows& words() const { return words_; }

 private:
  void self_attend(Workspace& workspace, const TextRows& texts, const float* qkv, bool causal, Last last,
                   float* context) const;
  // output [R, D]: of the cross-attention to one image.
  void attend_image(Workspace& workspace, std::size_t layer, std::size_t image, CrossSource source, const float* x,
                    std::int64_t rows, float* output, After after) const;
  void cross_attend(Workspace& workspace, std::size_t layer, std::span<const CrossSource> sources, float* x,
                    std::int64_t rows) const;

  HeadShape heads_;
  MatmulType key_value_type_;
  bool takes_states_;
  EmbeddingRows words_, positions_;
  NormWeights norm_;
  std::vector<Layer> layers_;
};

// Rows that attend to one source: texts on a clip, beams of a frame. queries, context [rows, D] float.
struct SourceRows {
  CrossSource source;
  const float* queries = nullptr;
  std::int64_t rows = 0;
  float* context = nullptr;
};

// Their cross-attention in `layer`, each by whichever kernel is faster.
void attend_sources(Workspace& workspace, HeadShape heads, const PackedMed::Cross& cross, std::size_t layer,
                    std::span<const SourceRows> all);

}  // namespace blip
