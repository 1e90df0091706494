#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <vector>

#include "core/generate/decoder_step.h"
#include "core/generate/generated_sequence.h"
#include "core/generate/options.h"
#include "core/generate/search.h"

namespace blip {

// Searches that run together on one model: each joins at any time, all unfinished ones take part in one step of the
// model, a finished one leaves at once. What one search gives does not depend on the others. Not safe from
// several threads.
class SearchPool {
 public:
  using Ticket = std::int64_t;
  struct Finished {
    Ticket ticket = 0;
    std::vector<GeneratedSequence> results;  // best first; empty after an error
    std::exception_ptr error;                // of this search alone
  };

  SearchPool(Decoding& decoding, std::int64_t sep) : decoding_(&decoding), sep_(sep) {}  // borrows the decoding
  ~SearchPool();                                                                         // all leave
  SearchPool(const SearchPool&) = delete;
  SearchPool& operator=(const SearchPool&) = delete;

  // Throws what make_search and the model throw; nothing has joined then.
  Ticket add(const DecodeInput& input, const GenerationOptions& options);
  void remove(Ticket ticket) noexcept;  // leaves before the next step; unknown tickets are ignored
  // One step of the model for all. Throws what the model throws; the pool is then good for nothing but destruction.
  void step();
  std::vector<Finished> take_finished();  // since the last call, in the order they ended

  bool empty() const { return running_.empty(); }
  std::size_t size() const { return running_.size(); }

 private:
  struct Running {
    Ticket ticket;
    SequenceId sequence;
    std::unique_ptr<Search> search;
  };

  void leave(SequenceId sequence) noexcept;

  Decoding* decoding_;
  std::int64_t sep_;
  Ticket next_ticket_ = 0;
  std::vector<Running> running_;
  std::vector<RowStep> rows_;  // of the step, kept so that the next allocates nothing
  Matrix logits_;
  std::vector<Finished> finished_;
};

}  // namespace blip
