#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/token_batch.h"

namespace blip {

// What one training step reads: pictures after augmentation and texts as ids. Letters: B samples, S picture side, T
// tokens, A answers of all samples together. Fields that a task does not use are empty.
struct Batch {
  std::int64_t size = 0;              // B
  std::int64_t side = 0;              // S
  std::vector<std::string> ids;       // [B] where each sample comes from ("train/000012.tar:000431"), for messages
  std::vector<float> images;          // [B, 3, S, S] normalised
  std::vector<float> second_images;   // NLVR2: [B, 3, S, S]
  std::vector<std::uint16_t> states;  // [B, N, V] float16, of a frozen image encoder, in place of `images`
  std::int64_t state_tokens = 0;      // N
  std::int64_t state_width = 0;       // V
  TokenBatch texts;  // [B, T] captions, questions or statements: [CLS] … [SEP], padded to the longest
  std::vector<std::int64_t>
      prompt_tokens;  // leading tokens without a loss: caption fine-tuning [1], of every text; language models [B]
  std::vector<std::int64_t> image_indices;  // retrieval: [B] running number of the picture; equal = same picture
  TokenBatch answers;                       // VQA: [A, T']; T5: [B, T'], what the decoder writes
  std::vector<std::int64_t> answer_counts;  // VQA: [B] how many rows of `answers` belong to each question
  std::vector<float> answer_weights;        // VQA: [A]
  std::vector<std::int64_t> labels;         // NLVR2: [B] 1 = the statement is true
};

}  // namespace blip
