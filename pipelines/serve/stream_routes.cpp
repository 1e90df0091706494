#include <memory>

#include "core/base/error.h"
#include "core/index/standing_queries.h"
#include "pipelines/serve/api_context.h"
#include "pipelines/serve/api_json.h"
#include "pipelines/serve/media_file.h"

namespace blip {
namespace {

constexpr std::size_t kLongestSource = 4096;  // bytes
constexpr std::size_t kLongestText = 500;
constexpr std::chrono::milliseconds kGlance{500};  // how often it is looked whether a client is still there

std::string text_in(const nlohmann::json& body, const char* name, std::size_t longest, bool needed) {
  if (!body.contains(name) || body[name].is_null()) {
    if (!needed) return {};
    throw HttpRefusal(400, std::string("the body needs '") + name + "', a text");
  }
  if (!body[name].is_string()) throw HttpRefusal(400, std::string("'") + name + "' must be a text");
  std::string text = body[name];
  if (text.empty() && needed) throw HttpRefusal(400, std::string("'") + name + "' is empty");
  if (text.size() > longest)
    throw HttpRefusal(400, std::string("'") + name + "' is longer than " + std::to_string(longest) + " bytes");
  return text;
}

void list_streams(ApiContext& context, HttpCall& call) {
  nlohmann::json streams = nlohmann::json::array();
  for (const WatchedStream& stream : context.streams.streams()) streams.push_back(stream_json(stream));
  call.json(spelled({{"streams", std::move(streams)}}));
}

void add_stream(ApiContext& context, HttpCall& call) {
  const std::string source = text_in(json_body(call), "source", kLongestSource, true);
  call.json(spelled({{"id", context.streams.add_stream(source)}}), 201);
}

void remove_stream(ApiContext& context, HttpCall& call) {
  if (!context.streams.remove_stream(call.ids.at(0))) throw HttpRefusal(404, "there is no such stream");
  call.json(spelled({{"removed", call.ids.at(0)}}));
}

void answer_with_frame(ApiContext& context, HttpCall& call) {
  const auto picture = context.streams.picture(call.ids.at(0));
  if (!picture) throw HttpRefusal(404, "there is no picture of this stream yet, or no such stream");
  call.response.set_header("Cache-Control", "no-store");
  call.response.set_content(*picture, "image/jpeg");
}

void list_queries(ApiContext& context, HttpCall& call) {
  nlohmann::json queries = nlohmann::json::array();
  for (const StandingQuery& query : StandingQueries(context.index.path()).list()) queries.push_back(query_json(query));
  call.json(spelled({{"queries", std::move(queries)}}));
}

void add_query(ApiContext& context, HttpCall& call) {
  const nlohmann::json body = json_body(call);
  StandingQuery query;
  query.text = text_in(body, "text", kLongestText, true);
  query.webhook = text_in(body, "webhook", kLongestSource, false);
  if (body.contains("threshold") && !body["threshold"].is_null()) {
    if (!body["threshold"].is_number()) throw HttpRefusal(400, "'threshold' must be a number from 0 to 1");
    query.threshold = body["threshold"];
  }
  context.streams.check_query(query);
  const std::int64_t id = StandingQueries(context.index.path()).add(query);
  context.streams.follow_queries();
  call.json(spelled({{"id", id}}), 201);
}

void remove_query(ApiContext& context, HttpCall& call) {
  if (!StandingQueries(context.index.path()).remove(call.ids.at(0)))
    throw HttpRefusal(404, "there is no such standing query");
  context.streams.follow_queries();
  call.json(spelled({{"removed", call.ids.at(0)}}));
}

void answer_with_alert_file(ApiContext& context, HttpCall& call) {
  const auto file = context.streams.alert_file(call.file);
  if (!file) throw HttpRefusal(404, "no alert has a file of this name");
  answer_with_file(call, *file, context.media_gate.enter());
}

// One client's event stream, piece by piece.
class EventWriter {
 public:
  EventWriter(std::shared_ptr<EventHub::Subscription> client, std::chrono::milliseconds heartbeat)
      : client_(std::move(client)), heartbeat_(heartbeat) {}

  bool operator()(httplib::DataSink& sink) {
    std::string text;
    if (!begun_) text = "retry: 3000\n\n";
    begun_ = true;
    const auto got = client_->take(text, std::min(kGlance, heartbeat_));
    if (got == EventHub::Subscription::Got::kEnd) {
      sink.done();
      return true;
    }
    const auto now = std::chrono::steady_clock::now();
    if (text.empty() && now - written_ >= heartbeat_) text = ": still here\n\n";
    if (text.empty()) return sink.is_writable();
    written_ = now;
    return sink.write(text.data(), text.size());
  }

 private:
  std::shared_ptr<EventHub::Subscription> client_;
  const std::chrono::milliseconds heartbeat_;
  bool begun_ = false;
  std::chrono::steady_clock::time_point written_ = std::chrono::steady_clock::now();
};

void answer_with_events(ApiContext& context, HttpCall& call) {
  auto client = context.events.subscribe();
  if (!client) throw HttpRefusal(503, "too many clients listen to events already; try again");
  call.answer_at_length();
  call.response.set_header("Cache-Control", "no-store");
  call.response.set_header("X-Accel-Buffering", "no");  // nginx: pass each event on at once
  const auto writer = std::make_shared<EventWriter>(std::move(client), context.heartbeat);
  const auto write = [writer](std::size_t, httplib::DataSink& sink) { return (*writer)(sink); };
  if (call.request.version == "HTTP/1.0")
    call.response.set_content_provider("text/event-stream", write);
  else
    call.response.set_chunked_content_provider("text/event-stream", write);
}

}  // namespace

void add_stream_routes(RouteTable& routes, ApiContext& context) {
  const auto add = [&](const char* method, const char* path, Access access, void (*handler)(ApiContext&, HttpCall&)) {
    routes.add(method, path, access, [&context, handler](HttpCall& call) { handler(context, call); });
  };
  add("GET", "/api/v1/streams", Access::kRead, list_streams);
  add("POST", "/api/v1/streams", Access::kAdmin, add_stream);
  add("DELETE", "/api/v1/streams/{id}", Access::kAdmin, remove_stream);
  add("GET", "/api/v1/streams/{id}/frame.jpg", Access::kRead, answer_with_frame);
  add("GET", "/api/v1/queries", Access::kRead, list_queries);
  add("POST", "/api/v1/queries", Access::kAdmin, add_query);
  add("DELETE", "/api/v1/queries/{id}", Access::kAdmin, remove_query);
  add("GET", "/api/v1/alerts/{file}", Access::kRead, answer_with_alert_file);
  add("GET", "/api/v1/events", Access::kRead, answer_with_events);
}

}  // namespace blip
