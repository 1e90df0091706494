#include "core/base/error.h"
#include "core/checkpoint/json_text.h"
#include "pipelines/serve/api_context.h"

namespace blip {
namespace {

constexpr std::size_t kMostJsonBytes = 65536;

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalidArgument:
      return 400;
    case ErrorKind::kNotFound:
      return 404;
    case ErrorKind::kUnsupported:
      return 501;
    case ErrorKind::kCancelled:
      return 503;
    case ErrorKind::kInvalidData:
    case ErrorKind::kFailed:
      break;
  }
  return 500;
}

void check_origin(const ApiContext& context, const HttpCall& call) {
  if (!context.local_name.empty() && !host_is_local(call.header("host"), context.local_name))
    throw HttpRefusal(421, "this server is for this machine only: ask for it as localhost or " + context.local_name);
  const std::string& method = call.request.method;
  if (method != "GET" && method != "HEAD" && !same_origin(call))
    throw HttpRefusal(403, "a page from elsewhere may not change anything here");
}

}  // namespace

nlohmann::json json_body(HttpCall& call) {
  const std::string type = call.header("content-type");
  if (type.substr(0, type.find(';')) != "application/json")
    throw HttpRefusal(415, "the body must be JSON, with the header Content-Type: application/json");
  nlohmann::json body;
  try {
    body = parse_json(call.body(kMostJsonBytes), "the request");
  } catch (const Error& e) {
    throw HttpRefusal(400, e.what());
  }
  if (!body.is_object()) throw HttpRefusal(400, "the body must be a JSON object");
  return body;
}

RouteTable api_routes(ApiContext& context) {
  RouteTable routes;
  add_service_routes(routes, context);
  add_video_routes(routes, context);
  add_search_routes(routes, context);
  add_stream_routes(routes, context);
  return routes;
}

void answer_call(const RouteTable& routes, ApiContext& context, HttpCall& call) {
  check_origin(context, call);
  RouteTable::Found found;
  try {
    found = routes.find(call.request.method, call.request.path);
  } catch (const HttpRefusal& refusal) {
    if (refusal.status() == 405) call.response.set_header("Allow", routes.allowed(call.request.path));
    throw;
  }
  call.route = found.route->path;
  call.ids = std::move(found.ids);
  call.file = std::move(found.file);
  if (found.route->access != Access::kOpen) context.access.need(found.route->access, context.access.role(call));
  try {
    found.route->handler(call);
  } catch (const Error& e) {
    throw HttpRefusal(status_of(e.kind()), e.what());
  }
}

httplib::Headers security_headers() {
  return {{"Content-Security-Policy",
           "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' "
           "blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
           "frame-ancestors 'none'"},
          {"X-Content-Type-Options", "nosniff"},
          {"X-Frame-Options", "DENY"},
          {"Referrer-Policy", "no-referrer"},
          {"Cross-Origin-Resource-Policy", "same-origin"},
          {"Cross-Origin-Opener-Policy", "same-origin"}};
}

}  // namespace blip
