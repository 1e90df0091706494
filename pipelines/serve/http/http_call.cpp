#include "pipelines/serve/http/http_call.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace blip {

std::string error_body(std::string_view text) {
  return nlohmann::json{{"error", text}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

void HttpCall::json(std::string text, int status) {
  response.status = status;
  if (!response.has_header("Cache-Control")) response.set_header("Cache-Control", "no-store");
  text += '\n';
  response.headers.erase("Content-Type");
  response.set_header("Content-Type", "application/json");
  response.body = std::move(text);
}

void HttpCall::fail(int status, std::string_view text) {
  if ((status == 429 || status == 503) && !response.has_header("Retry-After")) response.set_header("Retry-After", "2");
  std::string body = error_body(text);
  body.pop_back();
  json(std::move(body), status);
}

}  // namespace blip
