#pragma once

#include <httplib.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "pipelines/serve/http/http_head.h"
#include "pipelines/serve/http/http_limits.h"
#include "pipelines/serve/http/timed_socket.h"

namespace blip {

// A connection's socket, and what was read from it but belongs to no request yet.
struct Connection {
  Connection(int descriptor, int stop) : socket(descriptor, stop) {}
  TimedSocket socket;
  std::string unread;
};

// Stands between httplib and a connection for one request: httplib sees a request line that was checked before, no
// headers and no body, and writes the response within its time.
class RequestStream : public httplib::Stream {
 public:
  // `closing`: the response is to say that the connection ends with it.
  RequestStream(Connection& connection, const HttpHead& head, const HttpLimits& limits, bool closing);

  // Throws HttpRefusal(411), 413, or 408.
  std::string read_body(std::size_t limit);
  bool body_is_left() const { return body_left_ > 0; }
  void set_long() { long_ = true; }

  bool is_readable() const override { return fed_ < line_.size(); }
  bool is_writable() const override { return connection_.socket.is_open(); }
  ssize_t read(char* data, std::size_t size) override;
  ssize_t write(const char* data, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return connection_.socket.descriptor(); }

 private:
  Connection& connection_;
  const HttpHead& head_;
  const HttpLimits& limits_;
  std::string line_;
  std::size_t fed_ = 0;
  std::uint64_t body_left_;
  bool long_ = false, writing_ = false;
  TimedSocket::Deadline write_by_{};
};

}  // namespace blip
