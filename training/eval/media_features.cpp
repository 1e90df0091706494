#include "training/eval/media_features.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

#include "core/base/error.h"

namespace blip {
namespace {

std::string megabytes(std::uint64_t bytes) {
  return std::to_string((bytes >> 20) + 1) + " MB";
}

}  // namespace

// Prepares the media of an order on its own thread, one ahead of who asks for them.
class MediaFeatures::Reader {
 public:
  Reader(MediaFeatures& owner, std::vector<std::size_t> order) : owner_(owner), order_(std::move(order)) {
    thread_ = std::thread([this] { run(); });
  }
  ~Reader() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // The next of the order.
  Prepared next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !ready_.empty(); });
    Prepared prepared = std::move(ready_.front());
    ready_.pop_front();
    lock.unlock();
    changed_.notify_all();
    return prepared;
  }

 private:
  void run() {
    for (const std::size_t medium : order_) {
      Prepared prepared = owner_.prepare(medium);
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stopped_ || ready_.empty(); });
      if (stopped_) return;
      ready_.push_back(std::move(prepared));
      lock.unlock();
      changed_.notify_all();
    }
  }

  MediaFeatures& owner_;
  const std::vector<std::size_t> order_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Prepared> ready_;
  bool stopped_ = false;
  std::thread thread_;
};

MediaFeatures::MediaFeatures(LoadedModel& model, std::span<const Medium> media, const MediaOptions& options)
    : model_(model), media_(media), options_(options), keys_(media.size()) {
  const ModelConfig& config = model.checkpoint.config;
  const bool video =
      std::any_of(media.begin(), media.end(), [](const Medium& m) { return m.kind == MediaKind::kVideo; });
  const auto frames = static_cast<std::uint64_t>(video ? options.rule.frames : 1);
  const auto tokens = frames * static_cast<std::uint64_t>(config.vision.tokens());
  const auto side = static_cast<std::uint64_t>(config.vision.image_size);
  one_.pixels = frames * 3 * side * side * sizeof(float);
  one_.features = tokens * static_cast<std::uint64_t>(config.vision.width) * sizeof(float);
  one_.derived = 2 * tokens * static_cast<std::uint64_t>(config.text.depth * config.text.width) * sizeof(float);
  if (options.memory < one_.total())
    throw Error(ErrorKind::kInvalidArgument, "a memory budget of " + megabytes(options.memory) +
                                                 " has no room for one medium of " + std::to_string(frames) +
                                                 " frames, which takes " + megabytes(one_.total()));
  if (!options.cache.empty()) store_.emplace(options.cache, model.checkpoint.weights_id, options.half);
}

MediaFeatures::Prepared MediaFeatures::prepare(std::size_t medium) {
  Prepared prepared;
  const std::int64_t side = model_.checkpoint.config.vision.image_size;
  try {
    if (store_) {
      if (keys_[medium].empty()) keys_[medium] = store_->key(media_[medium], options_.rule, side);
      prepared.key = keys_[medium];
      prepared.stored = store_->find(prepared.key);
    }
    if (!prepared.stored) prepared.pixels = read_clip_pixels(media_[medium], options_.rule, side);
  } catch (const std::exception& error) {
    prepared.failure = error.what();
  }
  return prepared;
}

std::shared_ptr<const MediumFeatures> MediaFeatures::finish(std::size_t medium, const Prepared& prepared) {
  if (!prepared.failure.empty()) throw Error(ErrorKind::kInvalidData, prepared.failure);
  MediumFeatures features;
  if (prepared.stored) {
    features = features_from(*prepared.stored, model_.backend->placement());
  } else {
    const ClipPixels& pixels = prepared.pixels;
    features = join_features(model_.backend->encode_images({pixels.values.data(), pixels.frames, pixels.side}));
    ++encoded_;
    if (store_) {
      const TensorView tokens = stored_tokens(features, store_->half());
      store_->add(prepared.key, tokens);
      // As those who find them in the store see them.
      if (store_->half()) features = features_from(tokens, model_.backend->placement());
    }
  }
  auto shared = std::make_shared<const MediumFeatures>(std::move(features));
  most_bytes_ = std::max(most_bytes_, window_bytes_ + shared->bytes);
  if (has_room(shared->bytes)) keep(medium, shared);
  return shared;
}

bool MediaFeatures::has_room(std::uint64_t bytes) const noexcept {
  return window_bytes_ + bytes <= options_.memory - one_.total();
}

std::shared_ptr<const MediumFeatures> MediaFeatures::kept(std::size_t medium) const {
  const auto found = place_.find(medium);
  return found == place_.end() ? nullptr : found->second->features;
}

void MediaFeatures::keep(std::size_t medium, std::shared_ptr<const MediumFeatures> features) {
  window_bytes_ += features->bytes;
  window_.push_back({medium, std::move(features)});
  place_.emplace(medium, std::prev(window_.end()));
}

// Media come in the same order in every pass, so what is kept stays: whoever made room for the newest would always
// throw away what is needed next.
void MediaFeatures::for_each(std::span<const std::size_t> order, const Take& take, const Fail& fail) {
  std::vector<std::size_t> wanted;
  for (const std::size_t medium : order)
    if (kept(medium) == nullptr) wanted.push_back(medium);
  Reader reader(*this, std::move(wanted));
  for (const std::size_t medium : order) {
    std::shared_ptr<const MediumFeatures> features = kept(medium);
    if (features == nullptr) {
      const Prepared prepared = reader.next();
      if (!prepared.failure.empty()) {
        fail(medium, prepared.failure);
        continue;
      }
      features = finish(medium, prepared);
    }
    take(medium, *features);
    features->drop_derived();
  }
}

std::shared_ptr<const MediumFeatures> MediaFeatures::find(std::size_t medium) {
  if (auto features = kept(medium)) return features;
  const Prepared prepared = prepare(medium);
  while (!window_.empty() && !has_room(one_.features)) {
    window_bytes_ -= window_.front().features->bytes;
    place_.erase(window_.front().medium);
    window_.pop_front();
  }
  return finish(medium, prepared);
}

}  // namespace blip
