#include "pipelines/watching/webhook_address.h"

#include <algorithm>
#include <charconv>

#include "core/base/error.h"
#include "pipelines/media_input/url_source.h"

namespace blip {
namespace {

[[noreturn]] void refuse(const std::string& url) {
  throw Error(ErrorKind::kInvalidArgument,
              "'" + shown_url(url) +
                  "' is no address alerts can be posted to; expected http:// or https://, a host and " +
                  "perhaps a port and a path");
}

bool is_port(const std::string& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number > 0 && number < 65536;
}

bool is_host(const std::string& host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    return host.find_first_not_of("0123456789abcdefABCDEF:.", 1) == host.size() - 1;
  const auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_'; };
  return !host.empty() && std::all_of(host.begin(), host.end(), fits);
}

}  // namespace

WebhookAddress parse_webhook(const std::string& url) {
  const std::string scheme = url_scheme(url);
  const auto unfit = [](unsigned char c) { return c <= ' ' || c == 0x7f; };
  if ((scheme != "http" && scheme != "https") || std::any_of(url.begin(), url.end(), unfit)) refuse(url);
  const std::string rest = url.substr(scheme.size() + 3);
  const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  WebhookAddress address;
  std::string host = rest.substr(0, end);
  if (const std::size_t at = host.rfind('@'); at != std::string::npos) {
    const std::string user = host.substr(0, at);
    const std::size_t colon = std::min(user.find(':'), user.size());
    address.user = user.substr(0, colon);
    if (colon < user.size()) address.password = user.substr(colon + 1);
    host.erase(0, at + 1);
  }
  address.origin = scheme + "://" + host;
  const std::size_t colon = host.rfind(':');
  if (colon != std::string::npos && host.find(']', colon) == std::string::npos) {
    if (!is_port(host.substr(colon + 1))) refuse(url);
    host.erase(colon);
  }
  if (!is_host(host)) refuse(url);
  const std::string path = rest.substr(end, rest.find('#') - end);
  address.path = path.empty() || path.front() != '/' ? "/" + path : path;
  return address;
}

}  // namespace blip
