#pragma once

#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "pipelines/serve/access_control.h"
#include "pipelines/serve/http/event_hub.h"
#include "pipelines/serve/http/http_call.h"
#include "pipelines/serve/http/route_table.h"
#include "pipelines/serve/http/work_gate.h"
#include "pipelines/serve/index_access.h"
#include "pipelines/serve/page_files.h"
#include "pipelines/serve/serve_metrics.h"
#include "pipelines/serve/services.h"

namespace blip {

// What the routes work with. All of it is safe from any thread and lives longer than the server.
struct ApiContext {
  IndexAccess& index;
  SearchService& search;
  QuestionService& questions;
  StreamService& streams;
  const PageFiles& page;
  AccessControl& access;
  EventHub& events;
  ServeMetrics& metrics;
  std::string version;
  std::string local_name;  // of a server without tokens, the loopback address that it was bound to; else empty

  // What one kind of request may take of the machine.
  WorkGate search_gate{4, 32, std::chrono::seconds(20)};
  WorkGate picture_gate{2, 4, std::chrono::seconds(20)};  // uploads: each up to 160 MB when decoded
  WorkGate question_gate{1, 4, std::chrono::seconds(60)};
  WorkGate media_gate{48, 0, std::chrono::seconds(0)};
  std::chrono::milliseconds heartbeat{15000};
};

// The body as a JSON object. Throws HttpRefusal: 415 unless it is said to be application/json (which another site's
// form cannot say), 400 when it is none.
nlohmann::json json_body(HttpCall& call);

void add_service_routes(RouteTable& routes, ApiContext& context);  // page, logging in, health, metrics, description
void add_video_routes(RouteTable& routes, ApiContext& context);    // status, videos, segments, pictures, media
void add_search_routes(RouteTable& routes, ApiContext& context);   // searches, questions
void add_stream_routes(RouteTable& routes, ApiContext& context);   // live streams, standing queries, events

// All of them.
RouteTable api_routes(ApiContext& context);
// Answers a call by its route, after it was checked who asks and from where. Throws HttpRefusal.
void answer_call(const RouteTable& routes, ApiContext& context, HttpCall& call);
// What every answer says to browsers: nothing from elsewhere is run, shown or framed.
httplib::Headers security_headers();

}  // namespace blip
