#include "pipelines/serve/access_control.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "pipelines/serve/secret_text.h"

namespace blip {
namespace {

constexpr const char* kCookie = "gst_blip_session";

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

// "localhost:8080" -> "localhost", "[::1]:8080" -> "::1"
std::string host_name(const std::string& header) {
  if (!header.empty() && header.front() == '[') return lower_case(header.substr(1, header.find(']') - 1));
  return lower_case(header.substr(0, header.find(':')));
}

}  // namespace

Access AccessControl::role_of(const std::string& token, const HttpCall& call) {
  const auto now = AttemptLimit::Clock::now();
  const std::string& address = call.request.remote_addr;
  if (const auto wait = attempts_.wait(address, now); wait.count() > 0) {
    call.response.set_header("Retry-After", std::to_string(wait.count()));
    throw HttpRefusal(429, "too many wrong tokens; try again in " + std::to_string(wait.count()) + " s");
  }
  const bool is_admin = !admin_.empty() && same_secret(admin_, token);
  const bool is_reader = !read_.empty() && same_secret(read_, token);
  if (!is_admin && !is_reader) {
    attempts_.failed(address, now);
    throw HttpRefusal(401, "this token is not known here");
  }
  attempts_.succeeded(address);
  return is_admin || admin_.empty() ? Access::kAdmin : Access::kRead;
}

Access AccessControl::role(const HttpCall& call) {
  if (open()) return Access::kAdmin;
  static const std::string kScheme = "bearer ";
  const std::string authorization = call.header("authorization");
  if (lower_case(authorization.substr(0, kScheme.size())) == kScheme)
    return role_of(authorization.substr(kScheme.size()), call);
  return sessions_.role(cookie_of(call), LoginSessions::Clock::now()).value_or(Access::kOpen);
}

void AccessControl::need(Access access, Access role) const {
  if (role >= access) return;
  if (role == Access::kOpen)
    throw HttpRefusal(401, "a token is needed: log in on the page, or send the header Authorization: Bearer TOKEN");
  throw HttpRefusal(403, "this needs the administrator's token");
}

std::string AccessControl::cookie_of(const HttpCall& call) const {
  const std::string cookies = "; " + call.header("cookie") + ";";
  const std::string name = std::string("; ") + kCookie + "=";
  const std::size_t begin = cookies.find(name);
  if (begin == std::string::npos) return {};
  const std::size_t value = begin + name.size();
  return cookies.substr(value, cookies.find(';', value) - value);
}

void AccessControl::login(HttpCall& call, const nlohmann::json& body) {
  if (!body.contains("token") || !body["token"].is_string())
    throw HttpRefusal(400, "the body must be {\"token\": \"…\"}");
  const std::string token = body["token"];
  const Access role = open() ? Access::kAdmin : role_of(token, call);
  const bool secure = lower_case(call.header("x-forwarded-proto")) == "https";
  if (!open())
    call.response.set_header("Set-Cookie",
                             std::string(kCookie) + "=" + sessions_.begin(role, LoginSessions::Clock::now()) +
                                 "; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict" + (secure ? "; Secure" : ""));
  call.json(role == Access::kAdmin ? R"({"role":"admin"})" : R"({"role":"read"})");
}

void AccessControl::logout(HttpCall& call) {
  sessions_.end(cookie_of(call));
  call.response.set_header("Set-Cookie", std::string(kCookie) + "=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
  call.json("{}");
}

bool is_loopback(const std::string& host) {
  const std::string name = lower_case(host);
  if (name == "localhost" || name == "::1") return true;
  return name.rfind("127.", 0) == 0 && name.find_first_not_of("0123456789.") == std::string::npos;
}

bool host_is_local(const std::string& header, const std::string& bound) {
  const std::string name = host_name(header);
  return is_loopback(name) || name == lower_case(bound);
}

bool same_origin(const HttpCall& call) {
  const std::string site = call.header("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") return false;
  const std::string origin = call.header("origin");
  if (origin.empty()) return true;
  const std::size_t scheme = origin.find("://");
  return scheme != std::string::npos && lower_case(origin.substr(scheme + 3)) == lower_case(call.header("host"));
}

}  // namespace blip
