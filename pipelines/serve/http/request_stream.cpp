#include "pipelines/serve/http/request_stream.h"

#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace blip {
namespace {

constexpr std::size_t kPiece = 65536;  // what has to be taken within the time for a stall

void describe(const sockaddr_storage& address, std::string& ip, int& port) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    port = ntohs(v4.sin_port);
  } else if (address.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    port = ntohs(v6.sin6_port);
  }
  ip = text;
}

}  // namespace

RequestStream::RequestStream(Connection& connection, const HttpHead& head, const HttpLimits& limits, bool closing)
    : connection_(connection), head_(head), limits_(limits), body_left_(head.content_length) {
  line_ = head.method + " " + head.target + " HTTP/1." + std::to_string(head.minor) + "\r\n";
  line_ += closing ? "Connection: close\r\n\r\n" : "Connection: Keep-Alive\r\n\r\n";
}

std::string RequestStream::read_body(std::size_t limit) {
  if (!head_.has_content_length) throw HttpRefusal(411, "a body is needed, with its Content-Length");
  if (head_.content_length > limit)
    throw HttpRefusal(413, "the body has " + std::to_string(head_.content_length) + " bytes; at most " +
                               std::to_string(limit) + " are taken");
  const auto deadline = TimedSocket::Clock::now() + limits_.body;
  if (head_.expects_continue && connection_.unread.empty())
    connection_.socket.write("HTTP/1.1 100 Continue\r\n\r\n", deadline);
  std::string body = connection_.unread.substr(0, body_left_);
  connection_.unread.erase(0, body.size());
  body_left_ -= body.size();
  char buffer[16384];
  while (body_left_ > 0) {
    const auto got = connection_.socket.read(buffer, std::min<std::uint64_t>(sizeof buffer, body_left_), deadline);
    if (got < 0) throw HttpRefusal(408, "the body did not come in time");
    if (got == 0) throw HttpRefusal(400, "the body ended early");
    body.append(buffer, static_cast<std::size_t>(got));
    body_left_ -= static_cast<std::uint64_t>(got);
  }
  return body;
}

ssize_t RequestStream::read(char* data, std::size_t size) {
  const std::size_t count = std::min(size, line_.size() - fed_);
  std::memcpy(data, line_.data() + fed_, count);
  fed_ += count;
  return static_cast<ssize_t>(count);
}

ssize_t RequestStream::write(const char* data, std::size_t size) {
  const auto now = TimedSocket::Clock::now();
  if (!writing_) write_by_ = now + limits_.response;
  writing_ = true;
  for (std::size_t done = 0; done < size;) {
    const std::size_t piece = std::min(kPiece, size - done);
    const auto deadline = long_ ? TimedSocket::Clock::now() + limits_.stall : write_by_;
    if (!connection_.socket.write({data + done, piece}, deadline)) return -1;
    done += piece;
  }
  return static_cast<ssize_t>(size);
}

void RequestStream::get_remote_ip_and_port(std::string& ip, int& port) const {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (getpeername(socket(), reinterpret_cast<sockaddr*>(&address), &length) == 0) describe(address, ip, port);
}

void RequestStream::get_local_ip_and_port(std::string& ip, int& port) const {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (getsockname(socket(), reinterpret_cast<sockaddr*>(&address), &length) == 0) describe(address, ip, port);
}

}  // namespace blip
