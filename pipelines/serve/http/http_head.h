#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace blip {

// A request that is answered with this status and nothing else is done with it. The text is one line for people.
class HttpRefusal : public std::runtime_error {
 public:
  HttpRefusal(int status, const std::string& text) : std::runtime_error(text), status_(status) {}
  int status() const noexcept { return status_; }

 private:
  int status_;
};

struct HeadLimits {
  std::size_t bytes = 16384;  // request line and headers together
  std::size_t target = 4096;  // of the request line
  std::size_t headers = 64;
};

// What stands before the body of a request, checked strictly: whatever two readers could understand differently is
// refused.
struct HttpHead {
  std::string method;  // upper case letters
  std::string target;  // begins with '/', printable ASCII, escapes well-formed, no %00
  int minor = 1;       // of HTTP/1.x
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case; values without blanks around them
  std::uint64_t content_length = 0;
  bool has_content_length = false;
  bool expects_continue = false;
  bool keep_alive = true;

  const std::string* header(std::string_view lower_case_name) const;
};

// Where the head ends in `bytes`: behind the empty line; nothing while it is not complete. Throws HttpRefusal(431) when
// it is longer than allowed, 414 when its first line alone is.
std::optional<std::size_t> head_end(std::string_view bytes, const HeadLimits& limits);

// `text`: up to and with the empty line. Throws HttpRefusal: 400, 411, 414, 415, 417, 431, 501, 505.
HttpHead parse_head(std::string_view text, const HeadLimits& limits);

}  // namespace blip
