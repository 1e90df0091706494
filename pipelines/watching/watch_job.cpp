#include "pipelines/watching/watch_job.h"

#include <gst/gst.h>
#include <poll.h>

#include <array>
#include <chrono>
#include <csignal>
#include <deque>
#include <memory>
#include <utility>

#include "core/base/error.h"
#include "pipelines/elements/installation.h"
#include "pipelines/media_input/url_source.h"
#include "pipelines/terminal/interrupt.h"
#include "pipelines/terminal/progress.h"
#include "pipelines/watching/alert_clips.h"
#include "pipelines/watching/live_session.h"
#include "pipelines/watching/standing_search.h"
#include "pipelines/watching/watch_models.h"
#include "pipelines/watching/watch_output.h"
#include "pipelines/watching/webhook_sender.h"

namespace blip {
namespace {

using std::chrono::steady_clock;

constexpr int kTick = 200;                               // milliseconds
constexpr std::chrono::milliseconds kLastPosts{10'000};  // for webhooks, when all else is done

SessionSettings session_of(const WatchSettings& settings) {
  SessionSettings session = settings.session;
  session.queries = settings.queries();
  session.clips.directory = settings.clip_directory;
  session.rules.threshold = settings.threshold.value_or(session.rules.threshold);
  if (session.captioner.device == ModelSettings().device) session.captioner.device = session.model.device;
  if (session.captioner.precision == ModelSettings().precision) session.captioner.precision = session.model.precision;
  if (session.captioner.num_threads == 0) session.captioner.num_threads = session.model.num_threads;
  return session;
}

// Where alerts go.
class AlertRoute {
 public:
  AlertRoute(const WatchSettings& settings, Console& console)
      : output_(settings.json, settings.sources.size() != 1, console),
        webhook_(settings.webhook),
        sender_({}, [this](const std::string& warning) { output_.message(warning); }) {}

  WatchOutput& output() { return output_; }

  void alert(const Alert& alert) {
    output_.alert(alert);
    for (const std::string& url : {webhook_, alert.query.webhook})
      if (!url.empty()) sender_.send(url, alert_json(alert));
  }

  void finish() {
    output_.write();
    if (!sender_.flush(kLastPosts)) output_.message("not all alerts were delivered to the webhook; it is too slow");
    output_.write();
  }

 private:
  WatchOutput output_;
  const std::string webhook_;
  WebhookSender sender_;
};

// Waits until there is something to write, an interrupt comes, or `longest` (milliseconds) has passed.
void wait_for(const WatchOutput& output, const InterruptWatch& interrupt, bool interrupted, int longest) {
  std::array<pollfd, 2> watched{
      {{output.descriptor(), POLLIN, 0}, {interrupted ? -1 : interrupt.descriptor(), POLLIN, 0}}};
  poll(watched.data(), watched.size(), longest);
}

// The sessions of a run.
class Watch {
 public:
  Watch(const WatchSettings& settings, Console& console)
      : console_(console), route_(settings, console), session_(session_of(settings)) {
    for (const std::string& source : settings.sources) {
      const bool file = !is_url(local_path(source));
      if (file && !session_.paced)
        files_.push_back(source);
      else
        begin(source);
    }
    count_ = settings.sources.size();
  }

  int run(const InterruptWatch& interrupt) {
    bool interrupted = false;
    while (true) {
      begin_next_file();
      if (sessions_.empty()) break;
      wait_for(route_.output(), interrupt, interrupted, kTick);
      if (!interrupted && interrupt.requested()) {
        interrupted = true;
        files_.clear();
        for (const auto& session : sessions_) session.session->stop();
      }
      route_.output().write();
      collect();
      show_progress();
    }
    console_.clear_progress();
    route_.finish();
    if (interrupted) return 130;
    return failed_ ? 1 : 0;
  }

 private:
  struct Running {
    std::string source;
    bool file = false;
    steady_clock::time_point begin;
    std::unique_ptr<LiveSession> session;
  };

  void begin(const std::string& source) {
    SessionSettings settings = session_;
    settings.source = source;
    const std::string shown = shown_url(source);
    SessionListener listener;
    listener.caption = [this, shown](const CaptionCue& cue) { route_.output().caption(shown, cue); };
    listener.alert = [this](const Alert& alert) { route_.alert(alert); };
    listener.warning = [this, shown](const std::string& text) { route_.output().message(shown + ": " + text); };
    // A source that stays away is told once, not at every attempt.
    listener.state = [this, shown, told = std::string()](const SessionStatus& status) mutable {
      if (status.state == SessionState::kReconnecting && status.error != told)
        route_.output().message(shown + ": " + status.error + "; connecting again");
      told = status.state == SessionState::kReconnecting ? status.error : "";
      if (status.state == SessionState::kRunning && status.reconnects > 0)
        route_.output().message(shown + ": connected again");
      else if (status.state == SessionState::kFailed)
        route_.output().message(shown + ": " + status.error);
    };
    ++number_;
    sessions_.push_back({source, !is_url(local_path(source)), steady_clock::now(),
                         std::make_unique<LiveSession>(std::move(settings), std::move(listener))});
  }

  void begin_next_file() {
    if (files_.empty()) return;
    for (const Running& running : sessions_)
      if (running.file && !session_.paced) return;
    const std::string source = files_.front();
    files_.pop_front();
    begin(source);
  }

  void collect() {
    for (auto running = sessions_.begin(); running != sessions_.end();) {
      if (!running->session->finished()) {
        ++running;
        continue;
      }
      running->session->wait();
      route_.output().write();
      failed_ = failed_ || running->session->status().state == SessionState::kFailed;
      running = sessions_.erase(running);
    }
  }

  void show_progress() {
    if (!console_.shows_progress() || sessions_.size() != 1 || !sessions_.front().file) return;
    const Running& running = sessions_.front();
    const SessionStatus status = running.session->status();
    Progress progress;
    progress.source = running.source;
    progress.position = status.position;
    progress.duration = status.duration;
    progress.elapsed =
        std::chrono::duration_cast<std::chrono::nanoseconds>(steady_clock::now() - running.begin).count();
    progress.number = number_;
    progress.count = count_;
    console_.progress(progress_text(progress));
  }

  Console& console_;
  AlertRoute route_;
  const SessionSettings session_;
  std::deque<std::string> files_;  // not begun
  std::vector<Running> sessions_;  // that run
  std::size_t number_ = 0, count_ = 0;
  bool failed_ = false;
};

StandingSearchSettings search_of(const WatchSettings& settings, const SessionSettings& session) {
  return {session.model, session.rules, session.candidates, session.least_similarity, settings.once};
}

int watch_index(const WatchSettings& settings, Console& console, const InterruptWatch& interrupt) {
  const SessionSettings session = session_of(settings);
  session.clips.prepare();
  AlertRoute route(settings, console);
  AlertClips clips(session.clips, nullptr,
                   {[&](const Alert& alert) { route.alert(alert); },
                    [&](const std::string& warning) { route.output().message(warning); }});
  const auto pass_on = [&](std::vector<Alert> alerts) {
    for (Alert& alert : alerts)
      alert.event == Alert::Event::kStart ? clips.start(std::move(alert)) : clips.end(std::move(alert));
  };
  StandingSearch search(settings.index_path(), search_of(settings, session));
  search.set_queries(session.queries);
  while (!interrupt.requested()) {
    pass_on(search.poll());
    for (const std::string& warning : search.take_warnings()) route.output().message(warning);
    route.output().write();
    if (search.more()) continue;
    if (settings.once) break;
    const auto next = steady_clock::now() + std::chrono::nanoseconds(settings.poll);
    while (!interrupt.requested() && steady_clock::now() < next) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(next - steady_clock::now());
      wait_for(route.output(), interrupt, false, static_cast<int>(left.count()) + 1);
      route.output().write();
    }
  }
  pass_on(search.finish());
  clips.finish();
  route.finish();
  return interrupt.requested() ? 130 : 0;
}

}  // namespace

int run_watch_job(const WatchSettings& settings, Console& console) {
  gst_init(nullptr, nullptr);
  settings.validate();
  const InterruptWatch interrupt(std::chrono::milliseconds(500), {SIGINT, SIGTERM});
  if (settings.sources.empty()) {
    need_index(settings.index_path());
    return watch_index(settings, console, interrupt);
  }
  SessionSettings session = session_of(settings);
  session.source = settings.sources.front();
  session.validate();
  load_blip_plugin(program_directory());
  const WatchModels models = open_watch_models(session);
  for (const auto& model : {models.opened_matcher, models.opened_captioner})
    if (model)
      for (const std::string& warning : model->warnings()) console.line_once(warning);
  return Watch(settings, console).run(interrupt);
}

}  // namespace blip
