#include "pipelines/serve/api_context.h"
#include "pipelines/serve/api_json.h"
#include "pipelines/serve/media_file.h"

namespace blip {
namespace {

void answer_with_page(const ApiContext& context, HttpCall& call, const std::string& name) {
  const auto file = context.page.find(name);
  if (!file) throw HttpRefusal(404, "the page has no file of this name");
  call.response.set_header("ETag", file->entity_tag);
  call.response.set_header("Cache-Control", "no-cache");
  if (names_entity(call.header("if-none-match"), file->entity_tag)) {
    call.response.status = 304;
    return;
  }
  call.response.set_content(file->content, file->type);
}

void answer_with_metrics(ApiContext& context, HttpCall& call) {
  ServeMetrics::Now now;
  now.index = context.index.reader()->status();
  now.streams = context.streams.streams();
  now.event_clients = context.events.clients();
  now.dropped_clients = context.events.dropped();
  call.response.set_header("Cache-Control", "no-store");
  call.response.set_content(context.metrics.text(now), "text/plain; version=0.0.4; charset=utf-8");
}

}  // namespace

void add_service_routes(RouteTable& routes, ApiContext& context) {
  routes.add("GET", "/", Access::kOpen, [&](HttpCall& call) { answer_with_page(context, call, "index.html"); });
  routes.add("GET", "/assets/{file}", Access::kOpen,
             [&](HttpCall& call) { answer_with_page(context, call, call.file); });
  routes.add("GET", "/favicon.ico", Access::kOpen,
             [&](HttpCall& call) { answer_with_page(context, call, "icon.svg"); });
  routes.add("GET", "/openapi.yaml", Access::kOpen, [](HttpCall& call) {
    call.response.set_content(std::string(PageFiles::interface_description()), "application/yaml");
  });
  routes.add("GET", "/healthz", Access::kOpen, [&](HttpCall& call) {
    context.index.reader()->models();  // throws when the index cannot be read
    call.json(R"({"status":"ok"})");
  });
  routes.add("GET", "/metrics", Access::kRead, [&](HttpCall& call) { answer_with_metrics(context, call); });
  routes.add("POST", "/login", Access::kOpen, [&](HttpCall& call) { context.access.login(call, json_body(call)); });
  routes.add("POST", "/logout", Access::kOpen, [&](HttpCall& call) { context.access.logout(call); });
}

}  // namespace blip
