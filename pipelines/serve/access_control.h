#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "pipelines/serve/attempt_limit.h"
#include "pipelines/serve/http/http_call.h"
#include "pipelines/serve/http/route_table.h"
#include "pipelines/serve/login_sessions.h"

namespace blip {

// Who may do what. Without any token everybody may do everything, which is for loopback addresses only.
class AccessControl {
 public:
  // One token alone has both roles; beside `admin`, `read` may only read. Empty = there is none.
  AccessControl(std::string read, std::string admin) : read_(std::move(read)), admin_(std::move(admin)) {}

  bool open() const { return read_.empty() && admin_.empty(); }

  // What the request's token or cookie allows; kOpen without one. Throws HttpRefusal: 401 for a wrong token, 429 after
  // too many of them.
  Access role(const HttpCall& call);
  // Throws HttpRefusal: 401 when it needs a token, 403 when this one is not enough.
  void need(Access access, Access role) const;

  // POST /login {"token": …}: sets the cookie. POST /logout ends it.
  void login(HttpCall& call, const nlohmann::json& body);
  void logout(HttpCall& call);

 private:
  Access role_of(const std::string& token, HttpCall const& call);
  std::string cookie_of(const HttpCall& call) const;

  const std::string read_, admin_;
  LoginSessions sessions_;
  AttemptLimit attempts_;
};

// Whether a server bound to `host` can be reached from this machine alone: localhost, 127.0.0.0/8, ::1.
bool is_loopback(const std::string& host);
// For servers on loopback addresses: the Host header must name one, or the name that the server was bound to. Another
// name comes from a page that had its own name point here (DNS rebinding).
bool host_is_local(const std::string& header, const std::string& bound);
// Whether a request that changes something comes from our own page, or from no page at all.
bool same_origin(const HttpCall& call);

}  // namespace blip
