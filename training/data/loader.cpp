#include "training/data/loader.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <new>
#include <set>
#include <thread>
#include <utility>

#include "core/base/error.h"
#include "training/data/batch_builder.h"

namespace blip {
namespace {

constexpr std::int64_t kMostThreads = 256, kMostPrefetch = 4096;
constexpr std::int64_t kToleratedBroken = 10;  // so few never end a run, whatever their share
constexpr std::size_t kBrokenKept = 100, kReasonsNamed = 3;

// A batch being made.
struct PendingBatch {
  explicit PendingBatch(BatchBuilder batch_builder) : builder(std::move(batch_builder)) {}

  LoaderPosition position;
  std::int64_t size = 0, next_place = 0, left = 0;
  bool ready = false;
  BatchBuilder builder;
  Batch batch;
  std::vector<std::vector<BrokenSample>> broken;  // of each place
  std::exception_ptr failure;                     // the first place's without a replacement
  std::int64_t failed_place = 0;
};

}  // namespace

void LoaderOptions::validate() const {
  const auto check = [](const char* name, std::int64_t value, std::int64_t most) {
    if (value >= 1 && value <= most) return;
    throw Error(ErrorKind::kInvalidArgument,
                std::string(name) + " is " + std::to_string(value) + "; must be between 1 and " + std::to_string(most));
  };
  check("threads", threads, kMostThreads);
  check("prefetch", prefetch, kMostPrefetch);
  if (!(max_broken_share >= 0 && max_broken_share <= 1)) {
    throw Error(ErrorKind::kInvalidArgument,
                "max_broken_share is " + std::to_string(max_broken_share) + "; must be between 0 and 1");
  }
}

class Loader::Impl {
 public:
  Impl(std::shared_ptr<const BatchPlan> plan, Transform transform, TextPreparation texts, LoaderOptions options,
       LoaderPosition start)
      : plan_(std::move(plan)),
        transform_(std::move(transform)),
        texts_(std::move(texts)),
        options_(std::move(options)) {
    options_.validate();
    if (start.epoch < 0 || start.step < 0 || start.step > plan_->steps_per_epoch()) {
      throw Error(ErrorKind::kInvalidArgument, "cannot begin at step " + std::to_string(start.step) + " of epoch " +
                                                   std::to_string(start.epoch) + "; an epoch has " +
                                                   std::to_string(plan_->steps_per_epoch()) + " steps");
    }
    last_epoch_ = start.epoch;
    position_ = begin_ = settle(start);
    std::int64_t offset = 0;
    for (const MixturePart& part : plan_->mixture().parts()) {
      image_offsets_.push_back(offset);
      offset += part.dataset->size();
    }
    try {
      for (std::int64_t i = 0; i < options_.threads; ++i) workers_.emplace_back([this] { work(); });
    } catch (...) {
      stop();
      throw;
    }
  }

  ~Impl() { stop(); }

  bool next(Batch& batch) {
    if (failure_) std::rethrow_exception(failure_);
    if (ended(position_)) return false;
    std::unique_ptr<PendingBatch> made;
    {
      std::unique_lock lock(mutex_);
      batch_ready_.wait(lock, [&] { return !pending_.empty() && pending_.front()->ready; });
      made = std::move(pending_.front());
      pending_.pop_front();
    }
    account(*made);
    std::swap(batch, made->batch);
    position_ = settle({made->position.epoch, made->position.step + 1});
    {
      const std::lock_guard lock(mutex_);
      spare_.push_back(std::move(made));
    }
    work_there_.notify_all();
    return true;
  }

  LoaderPosition position() const noexcept { return position_; }
  const BatchPlan& plan() const noexcept { return *plan_; }
  std::int64_t samples_read() const noexcept { return read_; }
  std::int64_t broken_count() const noexcept { return broken_count_; }
  const std::vector<BrokenSample>& broken() const noexcept { return broken_; }

 private:
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    work_there_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }

  // The end of an epoch is the beginning of the next.
  LoaderPosition settle(LoaderPosition position) const noexcept {
    if (position.step >= plan_->steps_per_epoch()) return {position.epoch + 1, 0};
    return position;
  }
  bool ended(LoaderPosition position) const noexcept { return !options_.repeat && position.epoch > last_epoch_; }

  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      work_there_.wait(lock, [&] { return stopping_ || open_batch() != nullptr; });
      if (stopping_) return;
      PendingBatch& batch = *open_batch();
      const std::int64_t place = batch.next_place++;
      lock.unlock();
      fill(batch, place);
      lock.lock();
      if (--batch.left == 0) finish(batch);
    }
  }

  // The batch with a place to fill, begun if there is room for one more; null if there is nothing to do. Locked.
  PendingBatch* open_batch() {
    if (!pending_.empty() && pending_.back()->next_place < pending_.back()->size) return pending_.back().get();
    while (static_cast<std::int64_t>(pending_.size()) < options_.prefetch && !ended(begin_)) {
      PendingBatch& batch = *pending_.emplace_back(begin_batch());
      if (batch.size > 0) {
        work_there_.notify_all();
        return &batch;
      }
      finish(batch);  // another rank has all samples of a short last batch
    }
    return nullptr;
  }

  std::unique_ptr<PendingBatch> begin_batch() {
    std::unique_ptr<PendingBatch> batch;
    if (spare_.empty()) {
      batch = std::make_unique<PendingBatch>(BatchBuilder(transform_, texts_, options_.states));
    } else {
      batch = std::move(spare_.back());
      spare_.pop_back();
    }
    batch->position = begin_;
    batch->size = batch->left = plan_->samples_at(begin_.step);
    batch->next_place = 0;
    batch->ready = false;
    batch->broken.assign(static_cast<std::size_t>(batch->size), {});
    batch->builder.start(batch->size);
    begin_ = settle({begin_.epoch, begin_.step + 1});
    return batch;
  }

  void finish(PendingBatch& batch) {
    try {
      if (!batch.failure) batch.builder.finish(batch.batch);
    } catch (...) {
      batch.failure = std::current_exception();
    }
    batch.ready = true;
    batch_ready_.notify_all();
  }

  void fill(PendingBatch& batch, std::int64_t place) {
    auto& broken = batch.broken[static_cast<std::size_t>(place)];
    try {
      for (std::int64_t attempt = 0; attempt < plan_->attempts(); ++attempt) {
        const Draw draw = plan_->at(batch.position.epoch, batch.position.step, place, attempt);
        if (try_fill(batch, place, draw, broken)) return;
      }
      throw Error(ErrorKind::kInvalidData, "no usable sample found: " + std::to_string(broken.size()) +
                                               " in a row are broken, the first: " + broken.front().reason);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (batch.failure && batch.failed_place < place) return;
      batch.failure = std::current_exception();
      batch.failed_place = place;
    }
  }

  bool try_fill(PendingBatch& batch, std::int64_t place, const Draw& draw, std::vector<BrokenSample>& broken) {
    const MixturePart& part = plan_->mixture().parts()[draw.part];
    try {
      RandomStream random{
          {options_.seed, draw.part, static_cast<std::uint64_t>(draw.epoch), static_cast<std::uint64_t>(draw.index)}};
      Sample sample = part.dataset->read(draw.index, random.next());
      if (sample.image_index >= 0) sample.image_index += image_offsets_[draw.part];
      batch.builder.fill(place, sample, random);
      return true;
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& error) {
      broken.push_back({part.name, draw.index, error.what()});
      return false;
    }
  }

  // Counts and reports in the order of the batches, so that a run says the same whatever its threads do.
  void account(const PendingBatch& batch) {
    read_ += batch.size;
    for (const auto& place : batch.broken) {
      read_ += static_cast<std::int64_t>(place.size());
      broken_count_ += static_cast<std::int64_t>(place.size());
      for (const BrokenSample& sample : place) report(sample);
    }
    const bool too_many = static_cast<double>(broken_count_) > options_.max_broken_share * static_cast<double>(read_) &&
                          (broken_count_ >= kToleratedBroken || options_.max_broken_share == 0);
    if (batch.failure) {
      failure_ = batch.failure;
    } else if (too_many) {
      std::string reasons;
      for (std::size_t i = 0; i < broken_.size() && i < kReasonsNamed; ++i) reasons += "; " + broken_[i].reason;
      failure_ = std::make_exception_ptr(
          Error(ErrorKind::kInvalidData, std::to_string(broken_count_) + " of " + std::to_string(read_) +
                                             " samples read are broken, more than the share of " +
                                             std::to_string(options_.max_broken_share) + " that is allowed" + reasons));
    }
    if (failure_) std::rethrow_exception(failure_);
  }

  void report(const BrokenSample& sample) {
    if (broken_.size() == kBrokenKept || !reported_.emplace(sample.source, sample.index).second) return;
    broken_.push_back(sample);
    if (options_.on_broken) options_.on_broken(sample);
  }

  std::shared_ptr<const BatchPlan> plan_;
  Transform transform_;
  TextPreparation texts_;
  LoaderOptions options_;
  std::int64_t last_epoch_ = 0;
  std::vector<std::int64_t> image_offsets_;  // pictures of different data sets have different numbers

  // The caller's side.
  LoaderPosition position_;
  std::exception_ptr failure_;
  std::int64_t read_ = 0, broken_count_ = 0;
  std::vector<BrokenSample> broken_;
  std::set<std::pair<std::string, std::int64_t>> reported_;

  // Shared with the workers.
  std::mutex mutex_;
  std::condition_variable work_there_, batch_ready_;
  bool stopping_ = false;
  LoaderPosition begin_;  // of the next batch to begin
  std::deque<std::unique_ptr<PendingBatch>> pending_;
  std::vector<std::unique_ptr<PendingBatch>> spare_;
  std::vector<std::thread> workers_;
};

Loader::Loader(std::shared_ptr<const BatchPlan> plan, Transform transform, TextPreparation texts, LoaderOptions options,
               LoaderPosition start)
    : impl_(
          std::make_unique<Impl>(std::move(plan), std::move(transform), std::move(texts), std::move(options), start)) {}

Loader::~Loader() = default;

bool Loader::next(Batch& batch) {
  return impl_->next(batch);
}

LoaderPosition Loader::position() const noexcept {
  return impl_->position();
}

std::int64_t Loader::steps_per_epoch() const noexcept {
  return impl_->plan().steps_per_epoch();
}

std::int64_t Loader::samples_read() const noexcept {
  return impl_->samples_read();
}

std::int64_t Loader::broken_count() const noexcept {
  return impl_->broken_count();
}

const std::vector<BrokenSample>& Loader::broken() const noexcept {
  return impl_->broken();
}

}  // namespace blip
