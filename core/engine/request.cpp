#include "core/engine/request.h"

#include <utility>

#include "core/base/error.h"

namespace blip {

Request::Request(std::shared_ptr<Caller> caller, RequestKind kind, std::size_t items)
    : caller_(std::move(caller)), kind_(kind), items_(items), epoch_(caller_->epoch()) {}

void Request::progress(std::size_t count) noexcept {
  finished_items_ += count;
  if (finished_items_ >= items_ && !over_) end(std::nullopt);
}

void Request::fail(Failure failure) noexcept {
  if (!over_) end(std::move(failure));
}

void Request::end(std::optional<Failure> failure) noexcept {
  over_ = true;
  {
    const std::lock_guard lock(caller_->mutex_);
    failure_ = std::move(failure);
    done_ = true;
  }
  caller_->changed_.notify_all();
}

void Request::wait() {
  std::unique_lock lock(caller_->mutex_);
  caller_->changed_.wait(lock, [&] { return done_ || epoch_ != caller_->epoch_; });
  if (epoch_ != caller_->epoch_ || caller_->cancelled_) throw Error(ErrorKind::kCancelled, "the request was cancelled");
  if (failure_) throw Error(failure_->kind, failure_->message);
}

bool Request::done() const {
  const std::lock_guard lock(caller_->mutex_);
  return done_;
}

VisionRequest::VisionRequest(std::shared_ptr<Caller> caller, std::size_t pictures, std::int64_t side_pixels)
    : Request(std::move(caller), RequestKind::kVision, pictures),
      side(side_pixels),
      pixels(pictures * static_cast<std::size_t>(3 * side * side)),
      hashes(pictures),
      features(pictures) {}

EmbedClipsRequest::EmbedClipsRequest(std::shared_ptr<Caller> caller, std::vector<Clip> what)
    : Request(std::move(caller), RequestKind::kEmbedClips, what.size()), clips(std::move(what)) {}

EmbedTextsRequest::EmbedTextsRequest(std::shared_ptr<Caller> caller, std::vector<std::vector<std::int64_t>> what)
    : Request(std::move(caller), RequestKind::kEmbedTexts, what.size()), texts(std::move(what)) {}

MatchRequest::MatchRequest(std::shared_ptr<Caller> caller, Clip on, std::vector<std::vector<std::int64_t>> what)
    : Request(std::move(caller), RequestKind::kMatch, what.size()), clip(std::move(on)), texts(std::move(what)) {}

RankRequest::RankRequest(std::shared_ptr<Caller> caller, DecodeInput question,
                         std::vector<std::vector<std::int64_t>> choices, std::size_t best)
    : Request(std::move(caller), RequestKind::kRank, 1),
      input(std::move(question)),
      answers(std::move(choices)),
      k(best) {}

DecodeRequest::DecodeRequest(std::shared_ptr<Caller> caller, std::vector<DecodeInput> what,
                             const GenerationOptions& how)
    : Request(std::move(caller), RequestKind::kDecode, what.size()),
      inputs(std::move(what)),
      options(how),
      best(inputs.size()) {}

}  // namespace blip
