#include "training/trainer/text_source.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/base/error.h"
#include "training/data/random_stream.h"

namespace blip {
namespace {

constexpr std::size_t kBatchesSorted = 50;  // neighbours that are sorted by length together

template <class Value>
void shuffle(std::vector<Value>& values, RandomStream& random) {
  for (std::size_t i = values.size(); i > 1; --i)
    std::swap(values[i - 1], values[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(i)))]);
}

}  // namespace

TextSource::TextSource(std::vector<PromptedTokens> texts, std::vector<std::string> ids, TextSourceOptions options)
    : texts_(std::move(texts)), ids_(std::move(ids)), options_(options) {
  if (options_.batch_size % options_.ranks != 0)
    throw Error(ErrorKind::kInvalidArgument, "a batch of " + std::to_string(options_.batch_size) +
                                                 " samples cannot be shared by " + std::to_string(options_.ranks) +
                                                 " processes; give a multiple of them");
  const auto whole = static_cast<std::int64_t>(texts_.size()) / options_.batch_size;
  batches_ = whole / options_.parts * options_.parts;
  if (batches_ == 0)
    throw Error(ErrorKind::kInvalidArgument,
                "there are " + std::to_string(texts_.size()) + " texts, but a step needs " +
                    std::to_string(options_.parts * options_.batch_size) + "; give a smaller optimizer.batch_size");
}

std::vector<std::vector<std::size_t>> TextSource::plan(std::int64_t epoch) const {
  RandomStream random{{options_.seed, static_cast<std::uint64_t>(epoch)}};
  std::vector<std::size_t> order(texts_.size());
  std::iota(order.begin(), order.end(), 0);
  if (options_.shuffle) shuffle(order, random);
  const auto size = static_cast<std::size_t>(options_.batch_size);
  order.resize(static_cast<std::size_t>(batches_) * size);
  for (std::size_t begin = 0; begin < order.size(); begin += kBatchesSorted * size) {
    const auto first = order.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last =
        order.begin() + static_cast<std::ptrdiff_t>(std::min(order.size(), begin + kBatchesSorted * size));
    std::stable_sort(first, last,
                     [&](std::size_t a, std::size_t b) { return texts_[a].ids.size() < texts_[b].ids.size(); });
  }
  std::vector<std::vector<std::size_t>> batches;
  for (auto at = order.begin(); at != order.end(); at += static_cast<std::ptrdiff_t>(size))
    batches.emplace_back(at, at + static_cast<std::ptrdiff_t>(size));
  if (options_.shuffle) shuffle(batches, random);
  return batches;
}

void TextSource::seek(std::int64_t epoch, std::int64_t batch) {
  if (epoch != epoch_) plan_ = plan(epoch);
  epoch_ = epoch;
  batch_ = batch;
}

void TextSource::next(Batch& batch) {
  if (epoch_ < 0) seek(0, 0);
  if (batch_ >= batches_) seek(epoch_ + 1, 0);
  const auto& all = plan_[static_cast<std::size_t>(batch_++)];
  const std::size_t share = all.size() / static_cast<std::size_t>(options_.ranks);
  const std::size_t first = share * static_cast<std::size_t>(options_.rank);

  batch.size = static_cast<std::int64_t>(share);
  batch.ids.clear();
  batch.prompt_tokens.clear();
  std::size_t longest = 0;
  for (std::size_t i = 0; i < share; ++i) longest = std::max(longest, texts_[all[first + i]].ids.size());
  TokenBatch& texts = batch.texts;
  texts.texts = batch.size;
  texts.length = static_cast<std::int64_t>(longest);
  texts.ids.assign(share * longest, options_.pad);
  texts.mask.assign(share * longest, 0);
  for (std::size_t i = 0; i < share; ++i) {
    const std::size_t number = all[first + i];
    const PromptedTokens& text = texts_[number];
    batch.ids.push_back(ids_[number]);
    batch.prompt_tokens.push_back(text.prompt_tokens);
    std::copy(text.ids.begin(), text.ids.end(), texts.ids.begin() + static_cast<std::ptrdiff_t>(i * longest));
    std::fill_n(texts.mask.begin() + static_cast<std::ptrdiff_t>(i * longest), text.ids.size(), 1);
  }
}

}  // namespace blip
