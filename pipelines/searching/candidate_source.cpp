#include "pipelines/searching/candidate_source.h"

#include <algorithm>

#include "core/index/vectors/embedding_rows.h"
#include "pipelines/searching/stop_clock.h"

namespace blip {
namespace {

constexpr std::size_t kDepth = 1024;          // ranks that are fused at a time
constexpr std::size_t kMostRequired = 65536;  // segments that hold required words

}  // namespace

CandidateSource::CandidateSource(const IndexReader& index, const VectorIndex* vectors, CandidateQuery query)
    : index_(index), vectors_(vectors), query_(std::move(query)) {}

std::vector<Candidate> CandidateSource::get(std::size_t begin, std::size_t end) {
  while (candidates_.size() < end && !exhausted_) look_further();
  const std::size_t first = std::min(begin, candidates_.size()), last = std::min(end, candidates_.size());
  return {candidates_.begin() + static_cast<std::ptrdiff_t>(first),
          candidates_.begin() + static_cast<std::ptrdiff_t>(last)};
}

void CandidateSource::look_further() {
  const std::size_t count = kDepth * ++tiers_;
  const auto words = word_hits(query_.words_required ? kMostRequired : count);
  const auto similar = scan(count, words);
  const std::size_t known = candidates_.size();
  candidates_ = fused_candidates(similar, words, query_.words_required ? kMostRequired : kDepth);
  exhausted_ = query_.words_required || candidates_.size() == known || (similar.size() < count && words.size() < count);
}

std::vector<WordHit> CandidateSource::word_hits(std::size_t count) {
  if (query_.words.empty()) return {};
  const AddTime timer(times_.words);
  std::vector<WordHit> hits = index_.find_words(query_.words, count + (query_.excluded ? 1 : 0), query_.filter);
  std::erase_if(hits, [&](const WordHit& hit) { return query_.excluded == hit.segment; });
  if (hits.size() > count) hits.resize(count);
  words_found_ = std::ssize(hits);
  return hits;
}

std::vector<VectorHit> CandidateSource::scan(std::size_t count, const std::vector<WordHit>& words) {
  if (query_.vector.empty()) return {};
  const AddTime timer(times_.scan);
  std::vector<VectorHit> hits;
  if (query_.words_required) {
    for (const WordHit& word : words) {
      const auto embedding = index_.embedding(word.segment);
      if (!embedding) continue;
      VectorHit hit;
      hit.segment = word.segment;
      hit.score = static_cast<float>(row_similarity(*embedding, query_.vector));
      hits.push_back(hit);
    }
    std::sort(hits.begin(), hits.end(), [](const VectorHit& a, const VectorHit& b) {
      return a.score != b.score ? a.score > b.score : a.segment < b.segment;
    });
    return hits;
  }
  if (vectors_ == nullptr) return {};
  const std::size_t more = query_.excluded ? 1 : 0;
  hits = vectors_->search(query_.vector, count + more, query_.filter);
  std::erase_if(hits, [&](const VectorHit& hit) { return query_.excluded == hit.segment; });
  if (hits.size() > count) hits.resize(count);
  return hits;
}

}  // namespace blip
