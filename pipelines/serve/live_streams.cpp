#include "pipelines/serve/live_streams.h"

#include <gst/gst.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/base/error.h"
#include "pipelines/elements/installation.h"
#include "pipelines/media_input/url_source.h"
#include "pipelines/serve/api_json.h"
#include "pipelines/serve/http/http_head.h"
#include "pipelines/watching/live_session.h"

namespace blip {
namespace {

constexpr std::size_t kMostStreams = 16;
constexpr std::array<std::string_view, 13> kSchemes = {
    "rtsp", "rtsps", "rtspt", "rtspu", "rtmp", "rtmps", "http", "https", "srt", "udp", "rtp", "v4l2", "videotestsrc"};

void open_gstreamer() {
  static std::once_flag once;
  std::call_once(once, [] {
    gst_init(nullptr, nullptr);
    load_blip_plugin(program_directory());
  });
}

void publish_caption(EventHub& hub, std::int64_t stream, const CaptionCue& cue) {
  hub.publish("caption", spelled({{"stream", stream},
                                  {"cue", cue.number},
                                  {"start", seconds(cue.start)},
                                  {"end", seconds(cue.end)},
                                  {"text", cue.text},
                                  {"closed", cue.closed}}));
}

}  // namespace

void check_stream_url(const std::string& source) {
  const std::string scheme = url_scheme(source);
  if (std::find(kSchemes.begin(), kSchemes.end(), scheme) == kSchemes.end())
    throw Error(ErrorKind::kInvalidArgument,
                "a stream is named by a URL, such as rtsp://camera/1 or https://host/live.m3u8; files come into the "
                "index with gst-blip index add");
}

LiveStreams::LiveStreams(IndexAccess& index, EventHub& hub, AlertPublisher& publisher, ModelSettings model,
                         std::function<void(const std::string&)> warn)
    : index_(index),
      hub_(hub),
      publisher_(publisher),
      model_(std::move(model)),
      warn_(std::move(warn)),
      standing_(index, publisher, model_, warn_) {
  try {
    if (const auto known = queries(); !known.empty()) standing_.set_queries(known);
  } catch (const Error& e) {  // an index that cannot be written can still be searched
    warn_(e.what());
  }
}

LiveStreams::~LiveStreams() {
  for (const auto& [id, session] : sessions_) session->stop();
}

std::vector<WatchQuery> LiveStreams::queries() const {
  return publisher_.watched(StandingQueries(index_.path()).list());
}

std::vector<WatchedStream> LiveStreams::streams() {
  const std::lock_guard lock(mutex_);
  std::vector<WatchedStream> streams;
  for (const auto& [id, session] : sessions_) {
    const SessionStatus status = session->status();
    streams.push_back({id, session->source(), name_of(status.state), status.error, status.captions, status.alerts,
                       status.reconnects, status.latency, seconds(status.position), status.caption});
  }
  return streams;
}

std::int64_t LiveStreams::add_stream(const std::string& source) {
  check_stream_url(source);
  open_gstreamer();
  check_source(source);
  SessionSettings settings;
  settings.source = source;
  settings.model = settings.captioner = model_;
  settings.captions = true;
  settings.queries = queries();
  settings.clips.directory = publisher_.clips();
  settings.clips.prepare();
  const std::lock_guard lock(mutex_);
  if (sessions_.size() >= kMostStreams) throw HttpRefusal(409, "16 streams are watched already; remove one first");
  const std::int64_t id = ++last_id_;
  SessionListener listener;
  listener.caption = [this, id](const CaptionCue& cue) { publish_caption(hub_, id, cue); };
  listener.alert = [this, id](const Alert& alert) { publisher_.publish(alert, id); };
  listener.warning = [this, id](const std::string& line) { warn_("stream " + std::to_string(id) + ": " + line); };
  sessions_[id] = std::make_shared<LiveSession>(std::move(settings), std::move(listener));
  return id;
}

bool LiveStreams::remove_stream(std::int64_t id) {
  std::shared_ptr<LiveSession> session;
  {
    const std::lock_guard lock(mutex_);
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return false;
    session = std::move(found->second);
    sessions_.erase(found);
  }
  session->stop();
  return true;  // and waits for it to end, without the lock
}

std::optional<std::string> LiveStreams::picture(std::int64_t id) {
  const std::shared_ptr<LiveSession> session = find(id);
  return session ? session->picture() : std::nullopt;
}

std::shared_ptr<LiveSession> LiveStreams::find(std::int64_t id) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second;
}

void LiveStreams::follow_queries() {
  const std::vector<WatchQuery> now = queries();
  const std::lock_guard lock(mutex_);
  for (const auto& [id, session] : sessions_) session->set_queries(now);
  standing_.set_queries(now);
}

}  // namespace blip
