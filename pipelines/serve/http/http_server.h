#pragma once

#include <httplib.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "pipelines/serve/http/http_call.h"
#include "pipelines/serve/http/http_limits.h"

namespace blip {

class ConnectionQueue;

// httplib's server behind a reader of our own: heads are checked and bounded, every wait has an end, bodies are read
// only when a handler asks for them, and connections beyond the limit are told to come back.
class HttpServer : private httplib::Server {
 public:
  // Answers a call. What it throws becomes an error: HttpRefusal with its status, all else 500.
  using Respond = std::function<void(HttpCall&)>;
  // After each answer: its route, empty when it was refused before one was looked for, method, status and the seconds
  // until it was ready to be sent.
  using Observe = std::function<void(const std::string& route, const std::string& method, int status, double seconds)>;

  HttpServer(HttpLimits limits, httplib::Headers headers, Respond respond, Observe observe);
  ~HttpServer() override;

  // Listens from now on; port 0 = any. Returns the port. Throws Error naming the address and what to try.
  int bind(const std::string& host, int port);
  // Serves until stop(), and until what is being answered is done.
  void run();
  // From any thread, once or more: no new requests; idle connections end, answers in progress go on.
  void stop();
  // After stop(): ends the connections that are left.
  void drop_connections();

  bool stopping() const noexcept { return stopping_; }

 private:
  bool process_and_close_socket(socket_t socket) override;
  void serve_connection(int socket);
  void refuse_connection(int socket);
  bool wait_for_request(Connection& connection, bool first) const;
  bool serve_request(Connection& connection, bool last);
  std::optional<HttpHead> read_head(Connection& connection) const;  // nothing: the client went without a word
  void answer(const httplib::Request& request, httplib::Response& response);
  void refuse(Connection& connection, int status, const std::string& text);

  const HttpLimits limits_;
  const httplib::Headers headers_;
  const Respond respond_;
  const Observe observe_;
  ConnectionQueue* queue_ = nullptr;
  std::atomic<bool> stopping_{false};
  int stop_event_;
  std::mutex open_mutex_;
  std::set<int> open_;
};

}  // namespace blip
