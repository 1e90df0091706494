#pragma once

#include <httplib.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pipelines/serve/http/request_stream.h"

namespace blip {

// One request on its way to its answer. Lives while the response's content is written.
class HttpCall {
 public:
  HttpCall(RequestStream& stream, const httplib::Request& asked, httplib::Response& answer)
      : request(asked), response(answer), stream_(stream) {}

  const httplib::Request& request;  // headers as they were sent, parameters decoded; `body` is not filled in
  httplib::Response& response;
  std::string route;              // the path with names in place of numbers: for metrics
  std::vector<std::int64_t> ids;  // the numbers in the path
  std::string file;               // the name in the path

  // Throws HttpRefusal: 411 without a length, 413 when it is longer than `limit`, 408 when it comes too slowly.
  std::string body(std::size_t limit) { return stream_.read_body(limit); }
  // From here on the response may take as long as it moves on.
  void answer_at_length() { stream_.set_long(); }

  std::string header(const std::string& name) const { return request.get_header_value(name); }
  void json(std::string text, int status = 200);
  // {"error": text}; 429 and 503 say when to try again.
  void fail(int status, std::string_view text);

 private:
  RequestStream& stream_;
};

// The body of an error.
std::string error_body(std::string_view text);

}  // namespace blip
