#pragma once

#include <map>
#include <vector>

#include "core/generate/decoder_step.h"
#include "core/model/med.h"

namespace blip {

// One sequence that is decoded: what its rows (beams) share, and what each has seen alone. Letters: R rows of a step, H
// heads, K width of a head.
struct RowCache {
  std::vector<KeyValue> prefix;  // a layer, [1, H, P, K]: shared by all rows and never copied; empty = none
  CrossStates cross;             // a layer, [1, H, N, K]; empty = the model reads no other source
  std::int64_t place = 0;        // position of the next token

  std::vector<KeyValue> own = {};  // a layer, [rows, H, T, K]; empty before the first step
  std::int64_t rows = 1;
};

// The rows of one step of a Decoding, those of one sequence adjacent: linear layers run over all of them, attention
// over each sequence's own cache.
class StepRows {
 public:
  struct Group {
    RowCache* cache;
    std::int64_t begin, count;
    torch::Tensor parents;    // [count] int64; undefined = unchanged
    torch::Tensor self_bias;  // added to the scores of self-attention, [1, H, 1, P + T]; undefined = none
  };

  // Throws c10::Error for a sequence or parent that is not there.
  StepRows(std::span<const RowStep> rows, std::map<SequenceId, RowCache>& caches, const torch::Device& device);

  std::vector<Group>& groups() { return groups_; }
  const torch::Tensor& tokens() const { return tokens_; }  // [R, 1] int64
  const torch::Tensor& places() const { return places_; }  // [R, 1] int64

  // Attention of layer `layer` for queries [R, H, 1, K] over the prefix, what the rows have seen, and `added`
  // [R, H, 1, K], which the rows' caches then hold. scale as attend() takes it. Returns [R, H, 1, K].
  torch::Tensor self_context(size_t layer, const torch::Tensor& queries, const KeyValue& added, double scale = 0);
  torch::Tensor cross_context(size_t layer, const torch::Tensor& queries, double scale = 0);
  void advance();  // behind the last layer

 private:
  std::vector<Group> groups_;
  torch::Tensor tokens_, places_;
};

// attend() over `prefix` [1, H, P, K], undefined = none, and behind it `own` [R, H, T, K]. queries [R, H, 1, K]; bias
// [1, H, 1, P + T] or undefined.
torch::Tensor attend_behind(const torch::Tensor& queries, const KeyValue& prefix, const KeyValue& own,
                            const torch::Tensor& bias, double scale);

}  // namespace blip
