#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "pipelines/serve/http/http_server.h"

namespace blip::test {

// A connection as clients make it, without an HTTP library in between. Nothing waits longer than ten seconds.
class RawClient {
 public:
  explicit RawClient(int port, int receive_buffer = 0) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer > 0) setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("cannot connect");
  }
  ~RawClient() { close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool send(const std::string& bytes) const {
    for (std::size_t done = 0; done < bytes.size();) {
      const ssize_t sent = ::send(socket_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
      if (sent <= 0) return false;
      done += static_cast<std::size_t>(sent);
    }
    return true;
  }
  void end() const { shutdown(socket_, SHUT_WR); }
  int descriptor() const { return socket_; }

  // Reads on until the text holds `mark`, the other side has closed (then `closed()`), or time is over.
  const std::string& read_until(const std::string& mark) {
    while (mark.empty() || text_.find(mark) == std::string::npos)
      if (!read_some()) break;
    return text_;
  }
  const std::string& read_all() { return read_until(""); }
  bool closed() const { return closed_; }
  const std::string& text() const { return text_; }
  std::string take(std::size_t count) {
    while (text_.size() < count && read_some()) {
    }
    const std::string taken = text_.substr(0, count);
    text_.erase(0, taken.size());
    return taken;
  }

 private:
  bool read_some() {
    pollfd watched{socket_, POLLIN, 0};
    if (poll(&watched, 1, 10000) != 1) return false;
    char buffer[16384];
    const ssize_t got = recv(socket_, buffer, sizeof buffer, 0);
    closed_ = got <= 0;
    if (got > 0) text_.append(buffer, static_cast<std::size_t>(got));
    return got > 0;
  }

  int socket_;
  std::string text_;
  bool closed_ = false;
};

struct Answer {
  int status = 0;
  std::multimap<std::string, std::string> headers;  // names in lower case
  std::string body;

  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
  nlohmann::json json() const { return nlohmann::json::parse(body); }
};

// The next answer of a connection; `head`: of a HEAD request, which has no body. Throws when it is none.
inline Answer read_answer(RawClient& client, bool head = false) {
  const std::size_t end = client.read_until("\r\n\r\n").find("\r\n\r\n");
  if (end == std::string::npos) throw std::runtime_error("no answer but '" + client.text() + "'");
  const std::string text = client.take(end + 4);
  Answer answer;
  if (text.substr(0, 9) != "HTTP/1.1 ") throw std::runtime_error("no HTTP: " + text);
  answer.status = std::stoi(text.substr(9, 3));
  for (std::size_t line = text.find("\r\n") + 2; line < end + 2;) {
    const std::size_t stop = text.find("\r\n", line);
    const std::size_t colon = text.find(": ", line);
    std::string name = text.substr(line, colon - line);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    answer.headers.emplace(name, text.substr(colon + 2, stop - colon - 2));
    line = stop + 2;
  }
  const std::string length = answer.header("content-length");
  if (!head && !length.empty()) answer.body = client.take(std::stoul(length));
  return answer;
}

struct Asked {
  std::string method = "GET";
  std::string target = "/";
  std::map<std::string, std::string> headers;
  std::string body;
};

inline std::string spell_request(const Asked& asked) {
  std::map<std::string, std::string> headers = {{"Host", "localhost"}};
  for (const auto& [name, value] : asked.headers) headers[name] = value;
  if (!asked.body.empty() || asked.method == "POST") headers["Content-Length"] = std::to_string(asked.body.size());
  std::string text = asked.method + " " + asked.target + " HTTP/1.1\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  return text + "\r\n" + asked.body;
}

inline Answer ask(int port, const Asked& asked) {
  RawClient client(port);
  client.send(spell_request(asked));
  return read_answer(client, asked.method == "HEAD");
}

// An HttpServer at a free port, running until this ends.
class RunningServer {
 public:
  RunningServer(HttpLimits limits, HttpServer::Respond respond, HttpServer::Observe observe = nullptr,
                httplib::Headers headers = {})
      : server_(limits, std::move(headers), std::move(respond), [observe](auto&&... all) {
          if (observe) observe(all...);
        }) {
    port_ = server_.bind("127.0.0.1", 0);
    running_ = std::async(std::launch::async, [this] { server_.run(); });
  }
  ~RunningServer() {
    server_.stop();
    server_.drop_connections();
  }
  HttpServer& server() { return server_; }
  int port() const { return port_; }
  // Whether it has ended, within ten seconds.
  bool ends() { return running_.wait_for(std::chrono::seconds(10)) == std::future_status::ready; }

 private:
  HttpServer server_;
  int port_ = 0;
  std::future<void> running_;
};

}  // namespace blip::test
