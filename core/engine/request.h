#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/base/outcome.h"
#include "core/engine/answer_ranking.h"
#include "core/engine/caller.h"
#include "core/engine/pixel_hash.h"
#include "core/generate/generated_sequence.h"
#include "core/generate/options.h"

namespace blip {

enum class RequestKind { kVision, kEmbedClips, kEmbedTexts, kMatch, kRank, kDecode };
inline constexpr std::size_t kRequestKinds = 6;

// One question to a model: it owns what it is made of and what comes out, so that whoever asked may be gone. It has
// items (pictures, clips, texts, sequences), which are served in order and in as many batches as it takes. The worker
// alone touches it between submit and the end of wait(); results are read after wait() has returned.
class Request {
 public:
  using Clock = std::chrono::steady_clock;

  Request(std::shared_ptr<Caller> caller, RequestKind kind, std::size_t items);
  virtual ~Request() = default;
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  RequestKind kind() const { return kind_; }
  std::size_t items() const { return items_; }
  const Caller& caller() const { return *caller_; }
  const ServedModel& model() const { return caller_->model(); }

  // Nobody waits for it any more: cancelled, or ended by an error.
  bool stale() const noexcept { return epoch_ != caller_->epoch() || over_; }

  // The worker's side. `count` items are done; after the last of them the caller hears of it.
  void progress(std::size_t count) noexcept;
  void fail(Failure failure) noexcept;  // the first failure counts

  // The asking side: blocks until all items are done. Throws the Error that the request failed with, or kCancelled as
  // soon as its caller is cancelled.
  void wait();
  bool done() const;  // succeeded or failed

  Clock::time_point queued_at;  // set by the queue

 private:
  void end(std::optional<Failure> failure) noexcept;

  const std::shared_ptr<Caller> caller_;
  const RequestKind kind_;
  const std::size_t items_;
  const std::uint64_t epoch_;
  std::size_t finished_items_ = 0;  // the worker's
  bool over_ = false;               // the worker's
  bool done_ = false;               // guarded by the caller's mutex, as is failure_
  std::optional<Failure> failure_;
};

struct VisionRequest final : Request {
  VisionRequest(std::shared_ptr<Caller> caller, std::size_t pictures, std::int64_t side_pixels);

  std::int64_t side;
  std::vector<float> pixels;                                   // [pictures, 3, side, side]
  std::vector<PixelHash> hashes;                               // [pictures]
  std::vector<std::shared_ptr<const ImageFeatures>> features;  // [pictures]; what is there already is not made again
};

struct EmbedClipsRequest final : Request {
  EmbedClipsRequest(std::shared_ptr<Caller> caller, std::vector<Clip> what);
  std::vector<Clip> clips;
  Matrix rows;  // [clips * embeddings a clip, E], not yet normalised
};

struct EmbedTextsRequest final : Request {
  EmbedTextsRequest(std::shared_ptr<Caller> caller, std::vector<std::vector<std::int64_t>> what);
  std::vector<std::vector<std::int64_t>> texts;
  Matrix rows;  // [texts, E], not yet normalised
};

struct MatchRequest final : Request {
  MatchRequest(std::shared_ptr<Caller> caller, Clip on, std::vector<std::vector<std::int64_t>> what);
  Clip clip;
  std::vector<std::vector<std::int64_t>> texts;
  Matrix logits;  // [texts, 2]
};

struct RankRequest final : Request {
  RankRequest(std::shared_ptr<Caller> caller, DecodeInput question, std::vector<std::vector<std::int64_t>> choices,
              std::size_t best);
  DecodeInput input;
  std::vector<std::vector<std::int64_t>> answers;
  std::size_t k;
  std::vector<RankedIds> ranked;
};

struct DecodeRequest final : Request {
  DecodeRequest(std::shared_ptr<Caller> caller, std::vector<DecodeInput> what, const GenerationOptions& how);
  std::vector<DecodeInput> inputs;
  GenerationOptions options;
  std::vector<GeneratedSequence> best;  // [inputs]
};

// Some items of a request.
struct Slice {
  std::shared_ptr<Request> request;
  std::size_t first = 0, count = 0;
};

}  // namespace blip
