#pragma once

#include <string>

namespace blip {

// Where alerts are posted to.
struct WebhookAddress {
  std::string origin;  // "https://host:8443": all that may be shown, as the rest may hold secrets
  std::string path;    // "/hooks/1?key=2"; "/" at least
  std::string user, password;
};

// Throws Error(kInvalidArgument) unless it is "http://" or "https://", a host, perhaps a port and a path, without
// spaces or control characters.
WebhookAddress parse_webhook(const std::string& url);

}  // namespace blip
