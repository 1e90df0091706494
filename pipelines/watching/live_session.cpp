#include "pipelines/watching/live_session.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <thread>
#include <utility>

#include "core/base/error.h"
#include "pipelines/elements/installation.h"
#include "pipelines/media_input/url_source.h"
#include "pipelines/watching/alert_clips.h"
#include "pipelines/watching/back_off.h"
#include "pipelines/watching/picture_ring.h"
#include "pipelines/watching/session_clock.h"
#include "pipelines/watching/watch_models.h"
#include "pipelines/watching/watch_pipeline.h"

namespace blip {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kTick{100};
constexpr milliseconds kLongestPause{30000};
constexpr std::int64_t kPictureInterval = 500'000'000;  // of pictures that are asked for
constexpr milliseconds kPictureWait{1000};
constexpr std::int64_t kLatest = 5'000'000'000;

std::int64_t count(steady_clock::duration time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
}

// How one connection came to its end.
struct Departure {
  enum class Kind { kStopped, kEnded, kLost, kFailed, kAgain } kind = Kind::kStopped;
  std::string reason;
};

}  // namespace

class LiveSession::Impl {
 public:
  Impl(SessionSettings settings, SessionListener listener)
      : settings_(std::move(settings)),
        listener_(std::move(listener)),
        shown_(shown_url(settings_.source)),
        is_file_(!is_url(local_path(settings_.source))),
        live_(is_live_url(settings_.source)),
        queries_(settings_.queries),
        ring_(settings_.clips.memory),
        clock_(live_),
        tracker_(shown_, settings_.rules, alert_numbers_),
        track_(settings_.shortest_caption),
        thread_([this] { run(); }) {}
  ~Impl() {
    stop();
    wait();
  }

  const std::string& source() const { return shown_; }

  SessionStatus status() const {
    const std::lock_guard lock(mutex_);
    return status_;
  }

  bool finished() const {
    const std::lock_guard lock(mutex_);
    return finished_;
  }

  std::optional<std::string> picture() {
    std::unique_lock lock(mutex_);
    asked_until_ = now() + count(2 * kPictureWait);
    const auto fresh = [this] { return newest_ && now() - newest_arrival_ < kPictureInterval; };
    changed_.wait_for(lock, kPictureWait, [&] { return fresh() || finished_; });
    if (!newest_ || now() - newest_arrival_ > count(kPictureWait) + kPictureInterval) return std::nullopt;
    return *newest_;
  }

  void set_queries(std::vector<WatchQuery> queries) {
    if (!queries.empty()) check_watch_queries(queries);
    const std::lock_guard lock(mutex_);
    queries_ = std::move(queries);
    queries_changed_ = true;
  }

  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

  void wait() {
    const std::lock_guard lock(join_mutex_);
    if (thread_.joinable()) thread_.join();
  }

 private:
  std::int64_t now() const { return count(steady_clock::now() - begin_); }

  // The session's thread.
  void run() {
    clips_.emplace(settings_.clips, is_file_ ? nullptr : &ring_,
                   AlertClips::Listener{[this](const Alert& alert) { tell(listener_.alert, alert); },
                                        [this](const std::string& text) { tell(listener_.warning, text); }});
    Departure last;
    try {
      gst_init(nullptr, nullptr);
      load_blip_plugin(program_directory());
      check_source(settings_.source);
      last = watch();
    } catch (const std::exception& e) {
      last = {Departure::Kind::kFailed, e.what()};
    }
    close_all();
    clips_->finish();
    {
      const std::lock_guard lock(mutex_);
      const auto counts = clips_->counts();
      status_.clips = counts.written;
      status_.clips_failed = counts.failed;
    }
    const bool failed = last.kind == Departure::Kind::kFailed;
    set_state(failed ? SessionState::kFailed : SessionState::kEnded, last.reason, /*finished=*/true);
  }

  Departure watch() {
    BackOff pause(milliseconds(settings_.first_pause / 1'000'000), kLongestPause);
    while (true) {
      connected_ = false;
      const Departure departure = connect();
      if (departure.kind == Departure::Kind::kAgain) continue;
      if (departure.kind != Departure::Kind::kLost) return departure;
      if (connected_) pause.succeed();
      const milliseconds wait = pause.fail();
      if (settings_.attempts >= 0 && pause.failures() > settings_.attempts)
        return {Departure::Kind::kFailed, departure.reason};
      close_captions();
      set_state(SessionState::kReconnecting, departure.reason);
      if (!pause_for(wait)) return {};
    }
  }

  // Returns false when it is to end. Alerts and clips do not wait for the source to return.
  bool pause_for(milliseconds wait) {
    const auto until = steady_clock::now() + wait;
    std::unique_lock lock(mutex_);
    ++status_.reconnects;
    while (!stopped_ && steady_clock::now() < until) {
      changed_.wait_until(lock, std::min(until, steady_clock::now() + kTick));
      lock.unlock();
      pass_time();
      lock.lock();
    }
    return !stopped_;
  }

  // One connection, from its begin to its end.
  Departure connect() {
    take_queries();
    SessionSettings settings = settings_;
    settings.queries = watched_;
    const WatchModels models = open_watch_models(settings);
    for (const auto& model : {models.opened_matcher, models.opened_captioner})
      if (model && model != warned_of_)
        for (const std::string& warning : model->warnings()) tell(listener_.warning, warning);
    warned_of_ = models.opened_matcher;
    clock_.begin_connection();
    connecting_since_ = now();
    seen_any_ = false;
    WatchPipeline pipeline(settings, models,
                           {[&](std::int64_t time) { note_picture(pipeline, time); },
                            [this](std::int64_t time) { return wants_picture(time); },
                            [this](std::int64_t time, std::string jpeg) { keep_picture(time, std::move(jpeg)); }});
    pipeline.play();
    while (true) {
      const WatchEvent event = pipeline.next(kTick);
      if (const auto departure = handle(event)) return *departure;
      if (const auto departure = look_around(pipeline)) return *departure;
    }
  }

  std::optional<Departure> handle(const WatchEvent& event) {
    switch (event.kind) {
      case WatchEvent::Kind::kNone:
        return std::nullopt;
      case WatchEvent::Kind::kScores:
        take_scores(event);
        return std::nullopt;
      case WatchEvent::Kind::kCaption:
        take_caption(event);
        return std::nullopt;
      case WatchEvent::Kind::kWarning:
        tell(listener_.warning, event.text);
        return std::nullopt;
      case WatchEvent::Kind::kModel:
        return Departure{Departure::Kind::kFailed, event.text};
      case WatchEvent::Kind::kLost: {
        const bool again = event.failure.may_return && (live_ || !connected_);
        return Departure{again ? Departure::Kind::kLost : Departure::Kind::kFailed, event.failure.text};
      }
      case WatchEvent::Kind::kEnd:
        if (live_ && url_scheme(settings_.source) != "videotestsrc")
          return Departure{Departure::Kind::kLost, "the source ended its stream"};
        return Departure{Departure::Kind::kEnded, {}};
    }
    return std::nullopt;
  }

  // What is due whether anything came or not.
  std::optional<Departure> look_around(WatchPipeline& pipeline) {
    bool changed = false, running = false;
    {
      const std::lock_guard lock(mutex_);
      if (stopped_) return Departure{};
      changed = queries_changed_;
      running = status_.state != SessionState::kRunning && seen_any_;
      status_.position = position_;
      if (running) status_.duration = live_ ? 0 : pipeline.duration();
      const auto counts = clips_->counts();
      status_.clips = counts.written;
      status_.clips_failed = counts.failed;
    }
    if (running) {
      connected_ = true;
      set_state(SessionState::kRunning, {});
    }
    if (changed) {
      const bool matched = !watched_.empty();
      take_queries();
      if (matched == watched_.empty()) return Departure{Departure::Kind::kAgain, {}};
      pipeline.set_queries(watched_);
    }
    pass_time();
    const bool may_be_silent = is_file_ || (connected_ && !live_);
    if (may_be_silent) return std::nullopt;
    const std::int64_t silence = now() - std::max<std::int64_t>(last_picture_, connecting_since_);
    if (silence > settings_.silence)
      return Departure{Departure::Kind::kLost, "no picture came for " + std::to_string(silence / 1'000'000'000) + " s"};
    return std::nullopt;
  }

  void take_queries() {
    {
      const std::lock_guard lock(mutex_);
      watched_ = queries_;
      queries_changed_ = false;
    }
    pass_on(tracker_.set_queries(watched_));
  }

  void take_scores(const WatchEvent& event) {
    const std::int64_t start = clock_.session_time(event.start, now());
    {
      const std::lock_guard lock(mutex_);
      ++status_.matched;
      if (live_ && !settings_.captions) status_.latency = static_cast<double>(now() - start) / 1e9;
    }
    pass_on(tracker_.add(start, start + event.end - event.start, event.scores));
  }

  void take_caption(const WatchEvent& event) {
    const std::int64_t start = clock_.session_time(event.start, now());
    {
      const std::lock_guard lock(mutex_);
      if (live_) status_.latency = static_cast<double>(now() - start) / 1e9;
    }
    tell_captions(track_.add(start, start + event.end - event.start, event.text));
  }

  void tell_captions(const std::vector<CaptionCue>& cues) {
    for (const CaptionCue& cue : cues) {
      {
        const std::lock_guard lock(mutex_);
        if (!cue.closed) ++status_.captions;
        status_.caption = cue.closed ? "" : cue.text;
      }
      tell(listener_.caption, cue);
    }
  }

  void pass_on(std::vector<Alert> alerts) {
    for (Alert& alert : alerts) {
      if (live_) alert.date = born_ + alert.start;
      if (alert.event == Alert::Event::kEnd) {
        clips_->end(std::move(alert));
        continue;
      }
      {
        const std::lock_guard lock(mutex_);
        ++status_.alerts;
      }
      clips_->start(std::move(alert));
    }
  }

  void close_captions() { tell_captions(track_.finish(last_time())); }
  void close_all() {
    auto alerts = tracker_.finish();
    for (Alert& alert : alerts) alert.end = std::max(alert.start, std::min(alert.end, last_time()));
    pass_on(std::move(alerts));
    close_captions();
  }

  // A picture stands until the next one is due, but not longer than the file lasts.
  std::int64_t last_time() const {
    const std::int64_t duration = status().duration;
    return duration > 0 ? duration : std::numeric_limits<std::int64_t>::max();
  }

  // Pictures of a live source that have not come after so long will not.
  void pass_time() {
    if (live_ && now() - last_picture_ > settings_.rules.gap) pass_on(tracker_.pass(now()));
    clips_->advance(live_ ? std::max<std::int64_t>(position_, now() - kLatest) : position_.load());
  }

  // On streaming threads.
  void note_picture(WatchPipeline& pipeline, std::int64_t time) {
    if (!seen_any_ && !live_ && !is_file_ && pipeline.duration() == 0) {
      live_ = true;
      clock_.set_live(true);
      pipeline.become_live();
    }
    last_picture_ = now();
    position_ = clock_.note_picture(time, now());
    seen_any_ = true;
    const std::lock_guard lock(mutex_);
    ++status_.pictures;
  }

  bool wants_picture(std::int64_t) {
    const std::int64_t time = now();
    const bool keeps = settings_.clips.wanted() && !is_file_;
    const std::lock_guard lock(mutex_);
    const bool asked = time < asked_until_ && time - taken_ >= kPictureInterval;
    // A tenth early: pictures of a source come a little early or late.
    const auto interval = static_cast<std::int64_t>(0.9e9 / settings_.clips.fps);
    const bool due = keeps && (position_ < kept_at_ || position_ - kept_at_ >= interval || !kept_any_);
    if (!asked && !due) return false;
    taken_ = time;
    kept_at_ = position_;
    kept_any_ = true;
    return true;
  }

  void keep_picture(std::int64_t time, std::string jpeg) {
    const std::int64_t session_time = clock_.session_time(time, now());
    const std::lock_guard lock(mutex_);
    newest_ = std::make_shared<const std::string>(jpeg);
    newest_arrival_ = now();
    if (settings_.clips.wanted() && !is_file_) ring_.add(session_time, std::move(jpeg));
    changed_.notify_all();
  }

  void set_state(SessionState state, const std::string& error, bool finished = false) {
    SessionStatus status;
    {
      const std::lock_guard lock(mutex_);
      status_.state = state;
      status_.error = error;
      status_.position = position_;
      status = status_;
    }
    tell(listener_.state, status);
    const std::lock_guard lock(mutex_);
    finished_ = finished;
    changed_.notify_all();
  }

  template <class Call, class What>
  void tell(const Call& call, const What& what) {
    const std::lock_guard lock(tell_mutex_);
    if (call) call(what);
  }

  const SessionSettings settings_;
  const SessionListener listener_;
  const std::string shown_;
  const bool is_file_;
  std::atomic<bool> live_;
  const steady_clock::time_point begin_ = steady_clock::now();
  const std::int64_t born_ =
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  SessionStatus status_;
  bool stopped_ = false, finished_ = false;
  std::vector<WatchQuery> queries_;  // as asked for
  bool queries_changed_ = false;
  std::shared_ptr<const std::string> newest_;  // JPEG
  std::int64_t newest_arrival_ = 0, asked_until_ = 0, taken_ = 0, kept_at_ = 0;
  bool kept_any_ = false;

  std::mutex tell_mutex_, join_mutex_;
  PictureRing ring_;
  SessionClock clock_;
  std::atomic<std::int64_t> position_{0}, last_picture_{0};  // session time; arrival
  std::atomic<bool> seen_any_{false};                        // pictures of this connection

  // The session's thread only.
  std::vector<WatchQuery> watched_;  // what the pipeline matches
  std::uint64_t alert_numbers_ = 0;
  AlertTracker tracker_;
  CaptionTrack track_;
  std::optional<AlertClips> clips_;
  std::shared_ptr<Model> warned_of_;
  std::int64_t connecting_since_ = 0;
  bool connected_ = false;  // this connection gave a picture

  std::thread thread_;
};

void SessionSettings::validate() const {
  const auto refuse = [](const std::string& text) { throw Error(ErrorKind::kInvalidArgument, text); };
  const auto is_share = [](double value) { return value >= 0 && value <= 1; };
  if (source.empty()) refuse("the name of a source is empty");
  if (queries.empty() && !captions) refuse("nothing to do: neither texts to watch for nor captions are wanted");
  if (!queries.empty()) check_watch_queries(queries);
  if (!(fps >= 0 && fps <= 1000) || !(caption_fps >= 0 && caption_fps <= 1000))
    refuse("pictures are looked at 0 (all of them) to 1000 times a second");
  if (!is_share(rules.threshold) || (rules.threshold_off && !is_share(*rules.threshold_off)))
    refuse("thresholds are match probabilities, 0 to 1");
  if (rules.threshold_off && *rules.threshold_off > rules.threshold)
    refuse("the threshold at which an alert ends is above the one at which it begins; it could never last");
  if (rules.hold < 0 || rules.gap < 0 || shortest_caption < 0 || silence <= 0 || first_pause <= 0 || candidates < 0)
    refuse("durations and counts cannot be negative");
  if (!(least_similarity >= -1 && least_similarity <= 1)) refuse("similarities are cosines, -1 to 1");
  clips.prepare();
}

const char* name_of(SessionState state) noexcept {
  switch (state) {
    case SessionState::kConnecting:
      return "connecting";
    case SessionState::kRunning:
      return "running";
    case SessionState::kReconnecting:
      return "reconnecting";
    case SessionState::kEnded:
      return "ended";
    case SessionState::kFailed:
      break;
  }
  return "failed";
}

LiveSession::LiveSession(SessionSettings settings, SessionListener listener) {
  settings.validate();
  impl_ = std::make_unique<Impl>(std::move(settings), std::move(listener));
}
LiveSession::~LiveSession() = default;

const std::string& LiveSession::source() const {
  return impl_->source();
}
SessionStatus LiveSession::status() const {
  return impl_->status();
}
bool LiveSession::finished() const {
  return impl_->finished();
}
std::optional<std::string> LiveSession::picture() {
  return impl_->picture();
}
void LiveSession::set_queries(std::vector<WatchQuery> queries) {
  impl_->set_queries(std::move(queries));
}
void LiveSession::stop() {
  impl_->stop();
}
void LiveSession::wait() {
  impl_->wait();
}

}  // namespace blip
