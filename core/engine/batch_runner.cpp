#include "core/engine/batch_runner.h"

#include <algorithm>
#include <map>
#include <new>
#include <span>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/text/token_padding.h"

namespace blip {
namespace {

// The matrix' rows go to the requests' own, `each` an item; `offset` counts what has gone.
void copy_rows(const Matrix& from, std::int64_t& offset, const Slice& slice, Matrix& to, std::int64_t each = 1) {
  if (to.values.empty()) to = Matrix(static_cast<std::int64_t>(slice.request->items()) * each, from.columns);
  if (to.columns != from.columns || to.rows != static_cast<std::int64_t>(slice.request->items()) * each)
    throw Error(ErrorKind::kFailed, "the model gave rows of different length or number");
  const std::int64_t first = static_cast<std::int64_t>(slice.first) * each;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(slice.count) * each; ++i, ++offset) {
    const auto row = from.row(offset);
    std::copy(row.begin(), row.end(), to.row(first + i).begin());
  }
}

void expect_rows(const Matrix& found, std::size_t expected) {
  if (found.rows == static_cast<std::int64_t>(expected) && found.columns > 0) return;
  throw Error(ErrorKind::kFailed,
              "the model gave " + std::to_string(found.rows) + " rows for a batch of " + std::to_string(expected));
}

// How many rows each of the clips has.
std::int64_t rows_a_clip(const Matrix& found, std::size_t clips) {
  const auto count = static_cast<std::int64_t>(clips);
  if (count == 0 || found.rows < count || found.rows % count != 0 || found.columns <= 0) expect_rows(found, clips);
  return found.rows / count;
}

void run_vision(std::span<const Slice> batch, const ServedModel& model, FeatureCache& cache) {
  const std::int64_t side = static_cast<const VisionRequest&>(*batch.front().request).side;
  const auto size = static_cast<std::size_t>(3 * side * side);
  std::map<PixelHash, std::shared_ptr<const ImageFeatures>> found;  // null: to be encoded
  std::vector<PixelHash> missing;
  std::vector<float> pixels;
  std::uint64_t reused = 0;
  for (const Slice& slice : batch) {
    const auto& request = static_cast<const VisionRequest&>(*slice.request);
    if (request.side != side) throw Error(ErrorKind::kFailed, "pictures of different size in one batch");
    for (std::size_t i = slice.first; i < slice.first + slice.count; ++i) {
      const auto [place, is_new] = found.try_emplace(request.hashes[i]);
      if (is_new) place->second = request.features[i];
      if (place->second == nullptr && is_new) place->second = cache.find({model.features_key, request.hashes[i]});
      if (!is_new || place->second != nullptr) {
        ++reused;
        continue;
      }
      missing.push_back(request.hashes[i]);
      const auto begin = request.pixels.begin() + static_cast<std::ptrdiff_t>(i * size);
      pixels.insert(pixels.end(), begin, begin + static_cast<std::ptrdiff_t>(size));
    }
  }
  if (!missing.empty()) {
    const auto images = static_cast<std::int64_t>(missing.size());
    auto made = model.backend->encode_images({pixels.data(), images, side});
    if (made.size() != missing.size()) {
      throw Error(ErrorKind::kFailed, "the model gave features of " + std::to_string(made.size()) +
                                          " pictures for a batch of " + std::to_string(missing.size()));
    }
    for (std::size_t i = 0; i < missing.size(); ++i)
      found[missing[i]] = cache.add({model.features_key, missing[i]}, std::move(made[i]));
    model.counters->images_encoded += missing.size();
    ++model.counters->vision_batches;
  }
  model.counters->features_reused += reused;
  for (const Slice& slice : batch) {
    auto& request = static_cast<VisionRequest&>(*slice.request);
    for (std::size_t i = slice.first; i < slice.first + slice.count; ++i)
      request.features[i] = found.at(request.hashes[i]);
  }
}

void run_embed_clips(std::span<const Slice> batch, const ServedModel& model, FeatureCache& cache) {
  std::vector<Clip> clips;
  for (const Slice& slice : batch) {
    const auto& from = static_cast<const EmbedClipsRequest&>(*slice.request).clips;
    for (std::size_t i = 0; i < slice.count; ++i) clips.push_back(from[slice.first + i]);
  }
  const Matrix rows = model.backend->project_images(clips);
  const std::int64_t each = rows_a_clip(rows, clips.size());
  std::int64_t offset = 0;
  for (const Slice& slice : batch)
    copy_rows(rows, offset, slice, static_cast<EmbedClipsRequest&>(*slice.request).rows, each);
  for (const Clip& clip : clips) cache.used(clip.frames);
}

void run_embed_texts(std::span<const Slice> batch, const ServedModel& model) {
  std::vector<std::vector<std::int64_t>> texts;
  for (const Slice& slice : batch) {
    const auto& from = static_cast<const EmbedTextsRequest&>(*slice.request).texts;
    for (std::size_t i = 0; i < slice.count; ++i) texts.push_back(from[slice.first + i]);
  }
  const Matrix rows = model.backend->project_texts(pad_texts(texts, model.pad));
  expect_rows(rows, texts.size());
  std::int64_t offset = 0;
  for (const Slice& slice : batch) copy_rows(rows, offset, slice, static_cast<EmbedTextsRequest&>(*slice.request).rows);
  model.counters->texts_encoded += texts.size();
}

void run_match(std::span<const Slice> batch, const ServedModel& model, FeatureCache& cache) {
  std::vector<ClipText> pairs;
  for (const Slice& slice : batch) {
    const auto& request = static_cast<const MatchRequest&>(*slice.request);
    for (std::size_t i = 0; i < slice.count; ++i) pairs.push_back({&request.clip, request.texts[slice.first + i]});
  }
  const Matrix logits = model.backend->match(pairs);
  expect_rows(logits, pairs.size());
  std::int64_t offset = 0;
  for (const Slice& slice : batch) {
    auto& request = static_cast<MatchRequest&>(*slice.request);
    copy_rows(logits, offset, slice, request.logits);
    cache.used(request.clip.frames);
  }
  model.counters->texts_encoded += pairs.size();
}

void run_rank(std::span<const Slice> batch, const ServedModel& model, FeatureCache& cache) {
  for (const Slice& slice : batch) {
    auto& request = static_cast<RankRequest&>(*slice.request);
    request.ranked = rank_by_first_token(*model.backend, request.input, request.answers, request.k, model.pad);
    cache.used(request.input.clip.frames);
    ++model.counters->sequences;
    ++model.counters->decode_steps;
  }
}

void run_together(std::span<const Slice> batch, FeatureCache& cache) {
  const ServedModel& model = batch.front().request->model();
  switch (batch.front().request->kind()) {
    case RequestKind::kVision:
      return run_vision(batch, model, cache);
    case RequestKind::kEmbedClips:
      return run_embed_clips(batch, model, cache);
    case RequestKind::kEmbedTexts:
      return run_embed_texts(batch, model);
    case RequestKind::kMatch:
      return run_match(batch, model, cache);
    case RequestKind::kRank:
      return run_rank(batch, model, cache);
    case RequestKind::kDecode:
      break;
  }
  throw Error(ErrorKind::kFailed, "a request to decode in a batch");
}

}  // namespace

Failure failure_of(const std::exception_ptr& error) noexcept {
  try {
    std::rethrow_exception(error);
  } catch (const Error& known) {
    return {known.kind(), known.what()};
  } catch (const std::bad_alloc&) {
    return {ErrorKind::kFailed, "out of memory"};
  } catch (const std::exception& other) {
    return {ErrorKind::kFailed, other.what()};
  } catch (...) {
    return {ErrorKind::kFailed, "unknown exception"};
  }
}

void run_batch(const std::vector<Slice>& batch, FeatureCache& cache) noexcept {
  const auto run = [&](std::span<const Slice> slices) {
    run_together(slices, cache);
    for (const Slice& slice : slices) slice.request->progress(slice.count);
  };
  try {
    return run(batch);
  } catch (...) {
    if (batch.size() == 1) return batch.front().request->fail(failure_of(std::current_exception()));
  }
  for (const Slice& slice : batch) {
    try {
      run(std::span(&slice, 1));
    } catch (...) {
      slice.request->fail(failure_of(std::current_exception()));
    }
  }
}

}  // namespace blip
