#pragma once

#include <cstdint>
#include <vector>

#include "training/data/prompted_tokens.h"
#include "training/trainer/batch_source.h"

namespace blip {

struct TextSourceOptions {
  std::int64_t batch_size = 1;  // texts of all ranks together
  std::int64_t parts = 1;       // batches a step
  std::int64_t rank = 0, ranks = 1;
  std::int64_t pad = 0;  // id that fills up shorter texts
  std::uint64_t seed = 0;
  bool shuffle = true;
};

// Batches of texts for a language model, from memory. Every epoch is shuffled anew; texts of like length share a batch,
// so that little of it is padding. A function of the seed, the epoch and the step alone.
class TextSource final : public BatchSource {
 public:
  // ids: where each text comes from. Throws Error(kInvalidArgument) when they do not fill one step, or a batch cannot
  // be shared evenly.
  TextSource(std::vector<PromptedTokens> texts, std::vector<std::string> ids, TextSourceOptions options);

  std::int64_t batches_per_epoch() const override { return batches_; }
  void seek(std::int64_t epoch, std::int64_t batch) override;
  void next(Batch& batch) override;

 private:
  std::vector<std::vector<std::size_t>> plan(std::int64_t epoch) const;  // the texts of every batch, of all ranks

  std::vector<PromptedTokens> texts_;
  std::vector<std::string> ids_;
  TextSourceOptions options_;
  std::int64_t batches_ = 0, epoch_ = -1, batch_ = 0;
  std::vector<std::vector<std::size_t>> plan_;
};

}  // namespace blip
