#include "core/generate/search_pool.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/error.h"

namespace blip {

SearchPool::~SearchPool() {
  for (const Running& running : running_) leave(running.sequence);
}

SearchPool::Ticket SearchPool::add(const DecodeInput& input, const GenerationOptions& options) {
  auto search = make_search(input.prompt, options, sep_, input.said_before);
  running_.reserve(running_.size() + 1);
  const SequenceId sequence = decoding_->join(input);
  running_.push_back({next_ticket_, sequence, std::move(search)});
  return next_ticket_++;
}

void SearchPool::remove(Ticket ticket) noexcept {
  const auto found = std::find_if(running_.begin(), running_.end(), [&](const auto& r) { return r.ticket == ticket; });
  if (found == running_.end()) return;
  leave(found->sequence);
  running_.erase(found);
}

void SearchPool::step() {
  rows_.clear();
  for (const Running& running : running_) {
    for (const SearchRow& row : running.search->rows()) rows_.push_back({running.sequence, row.parent, row.token});
  }
  if (rows_.empty()) return;
  decoding_->step_into(rows_, logits_);
  if (logits_.rows != static_cast<std::int64_t>(rows_.size()) || sep_ < 0 || logits_.columns <= sep_) {
    throw Error(ErrorKind::kFailed, "a decoding step gave logits [" + std::to_string(logits_.rows) + ", " +
                                        std::to_string(logits_.columns) + "], expected [" +
                                        std::to_string(rows_.size()) + ", more than " + std::to_string(sep_) +
                                        " ([SEP])]");
  }
  std::int64_t begin = 0;
  std::size_t still_running = 0;
  for (Running& running : running_) {
    const auto count = static_cast<std::int64_t>(running.search->rows().size());
    Finished end{running.ticket, {}, nullptr};
    try {
      running.search->advance({logits_.row(begin).data(), static_cast<std::size_t>(count * logits_.columns)});
      if (running.search->done()) end.results = running.search->results();
    } catch (...) {
      end.error = std::current_exception();
    }
    begin += count;
    if (end.error == nullptr && !running.search->done()) {
      Running& kept = running_[still_running++];
      if (&kept != &running) kept = std::move(running);
      continue;
    }
    leave(running.sequence);
    finished_.push_back(std::move(end));
  }
  running_.resize(still_running);
}

std::vector<SearchPool::Finished> SearchPool::take_finished() {
  return std::exchange(finished_, {});
}

void SearchPool::leave(SequenceId sequence) noexcept {
  try {
    decoding_->leave(sequence);
  } catch (...) {  // whatever ended the search is what counts
  }
}

}  // namespace blip
