#include "pipelines/serve/http/http_server.h"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <utility>

#include "core/base/error.h"
#include "pipelines/serve/http/connection_queue.h"
#include "pipelines/serve/http/http_date.h"

namespace blip {
namespace {

using Clock = TimedSocket::Clock;

constexpr int kBacklog = 128;
constexpr std::chrono::milliseconds kGlance{250};      // how often an idle connection looks whether others wait
constexpr std::chrono::milliseconds kLastWords{1000};  // for the other side to read the end of a refused request

// The request that this thread is answering: httplib's handlers are given nothing of ours.
struct Exchange {
  RequestStream& stream;
  const HttpHead& head;
  Clock::time_point begun;
};
thread_local Exchange* current_exchange = nullptr;
thread_local bool refusing = false;

void complete_headers(httplib::Response& response) {
  response.set_header("Date", http_date(std::time(nullptr)));
  if (response.get_header_value("Connection") == "close") response.headers.erase("Keep-Alive");
  if (response.status == 304 || response.status == 204) response.headers.erase("Content-Length");
}

std::string refusal_text(int status, const httplib::Headers& headers, const std::string& text, bool retry) {
  const std::string body = error_body(text);
  std::string answer = "HTTP/1.1 " + std::to_string(status) + " Refused\r\nContent-Type: application/json\r\n";
  for (const auto& [name, value] : headers) answer += name + ": " + value + "\r\n";
  if (retry) answer += "Retry-After: 2\r\n";
  answer += "Date: " + http_date(std::time(nullptr)) + "\r\nContent-Length: " + std::to_string(body.size());
  return answer + "\r\nConnection: close\r\n\r\n" + body;
}

}  // namespace

HttpServer::HttpServer(HttpLimits limits, httplib::Headers headers, Respond respond, Observe observe)
    : limits_(limits),
      headers_(std::move(headers)),
      respond_(std::move(respond)),
      observe_(std::move(observe)),
      stop_event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (stop_event_ < 0) throw Error(ErrorKind::kFailed, std::string("cannot make an event: ") + std::strerror(errno));
  new_task_queue = [this] {
    queue_ = new ConnectionQueue(limits_.connections, limits_.waiting, [](const ConnectionQueue::Task& task) {
      refusing = true;
      task();
      refusing = false;
    });
    return queue_;
  };
  // Without SO_REUSEPORT, which httplib sets: a second server on the port must fail.
  set_socket_options([](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  set_tcp_nodelay(true);
  set_default_headers(headers_);
  set_keep_alive_timeout(std::chrono::duration_cast<std::chrono::seconds>(limits_.idle).count());
  set_keep_alive_max_count(limits_.requests);
  set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
    answer(request, response);
    return HandlerResponse::Handled;
  });
  set_post_routing_handler([](const httplib::Request&, httplib::Response& response) { complete_headers(response); });
}

HttpServer::~HttpServer() {
  stop();
  close(stop_event_);
}

int HttpServer::bind(const std::string& host, int port) {
  errno = 0;
  const int bound = port == 0 ? bind_to_any_port(host) : bind_to_port(host, port) ? port : -1;
  if (bound < 0) {
    const int reason = errno;
    const std::string where = host + ":" + std::to_string(port);
    if (reason == EADDRINUSE)
      throw Error(ErrorKind::kFailed, "cannot listen on " + where +
                                          ": another program has this port; stop it, or give another one with --port");
    if (reason == EACCES)
      throw Error(ErrorKind::kFailed,
                  "cannot listen on " + where + ": ports below 1024 are for root; give another one with --port");
    throw Error(ErrorKind::kFailed, "cannot listen on " + where + ": " +
                                        (reason != 0 ? std::strerror(reason) : "no address of this machine") +
                                        "; give an address of this machine with --host");
  }
  ::listen(svr_sock_, kBacklog);
  return bound;
}

void HttpServer::run() {
  if (!stopping_) listen_after_bind();
  queue_ = nullptr;
}

void HttpServer::stop() {
  if (stopping_.exchange(true)) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(stop_event_, &one, sizeof one);
  const int listening = svr_sock_.exchange(INVALID_SOCKET);
  if (listening == INVALID_SOCKET) return;
  shutdown(listening, SHUT_RDWR);
  close(listening);
}

void HttpServer::drop_connections() {
  const std::lock_guard lock(open_mutex_);
  for (const int socket : open_) shutdown(socket, SHUT_RDWR);
}

bool HttpServer::process_and_close_socket(socket_t socket) {
  if (refusing) {
    refuse_connection(socket);
    return true;
  }
  {
    const std::lock_guard lock(open_mutex_);
    open_.insert(socket);
  }
  serve_connection(socket);
  return true;
}

void HttpServer::serve_connection(int socket) {
  Connection connection(socket, stop_event_);
  for (std::size_t served = 0; served < limits_.requests; ++served) {
    if (!wait_for_request(connection, served == 0)) break;
    if (!serve_request(connection, served + 1 == limits_.requests)) break;
  }
  const std::lock_guard lock(open_mutex_);
  open_.erase(socket);
}

// On the thread that accepts: nothing here waits.
void HttpServer::refuse_connection(int socket) {
  TimedSocket refused(socket, -1);
  char dropped[4096];
  [[maybe_unused]] const auto got = recv(socket, dropped, sizeof dropped, MSG_DONTWAIT);
  refused.write(refusal_text(503, headers_, "the server has too many connections; try again", true), Clock::now());
  observe_("", "", 503, 0);
}

bool HttpServer::wait_for_request(Connection& connection, bool first) const {
  if (!connection.unread.empty()) return true;
  const auto deadline = Clock::now() + (first ? limits_.request : limits_.idle);
  for (;;) {
    const auto glance = std::min(deadline, Clock::now() + kGlance);
    const auto waited = connection.socket.wait_readable(glance, true);
    if (waited != TimedSocket::Wait::kTimeout) return waited == TimedSocket::Wait::kReady;
    if (Clock::now() >= deadline || (!first && queue_->crowded())) return false;
  }
}

std::optional<HttpHead> HttpServer::read_head(Connection& connection) const {
  const auto deadline = Clock::now() + limits_.request;
  char buffer[4096];
  for (;;) {
    if (connection.unread.compare(0, 2, "\r\n") == 0) connection.unread.erase(0, 2);
    if (const auto end = head_end(connection.unread, limits_.head)) {
      const std::string text = connection.unread.substr(0, *end);
      connection.unread.erase(0, *end);
      return parse_head(text, limits_.head);
    }
    const auto got = connection.socket.read(buffer, sizeof buffer, deadline);
    if (got <= 0 && connection.unread.empty()) return std::nullopt;
    if (got < 0) throw HttpRefusal(408, "the request did not come in time");
    if (got == 0) throw HttpRefusal(400, "the request ended early");
    connection.unread.append(buffer, static_cast<std::size_t>(got));
  }
}

bool HttpServer::serve_request(Connection& connection, bool last) {
  try {
    const std::optional<HttpHead> read = read_head(connection);
    if (!read) return false;
    const HttpHead& head = *read;
    const bool closing = last || !head.keep_alive || stopping_ || queue_->crowded();
    RequestStream stream(connection, head, limits_, closing);
    Exchange exchange{stream, head, Clock::now()};
    current_exchange = &exchange;
    bool closed = false;
    const bool done = process_request(stream, closing, closed, [&](httplib::Request& request) {
      request.headers.clear();
      for (const auto& [name, value] : head.headers)
        if (name != "accept-encoding" && name != "connection" && name != "expect") request.headers.emplace(name, value);
    });
    current_exchange = nullptr;
    if (stream.body_is_left()) connection.socket.finish(kLastWords);
    return done && !closing && !stream.body_is_left() && !stopping_;
  } catch (const HttpRefusal& refusal) {
    refuse(connection, refusal.status(), refusal.what());
    return false;
  } catch (const std::exception&) {  // no memory, say: this connection ends, the others go on
    current_exchange = nullptr;
    return false;
  }
}

void HttpServer::refuse(Connection& connection, int status, const std::string& text) {
  connection.socket.write(refusal_text(status, headers_, text, false), Clock::now() + kLastWords);
  connection.socket.finish(kLastWords);
  observe_("", "", status, 0);
}

void HttpServer::answer(const httplib::Request& request, httplib::Response& response) {
  Exchange& exchange = *current_exchange;
  HttpCall call(exchange.stream, request, response);
  try {
    respond_(call);
  } catch (const HttpRefusal& refusal) {
    call.fail(refusal.status(), refusal.what());
  } catch (const std::exception& e) {
    call.fail(500, e.what());
  }
  if (response.status < 0) response.status = 200;
  if (exchange.stream.body_is_left()) response.set_header("Connection", "close");
  const std::chrono::duration<double> taken = Clock::now() - exchange.begun;
  observe_(call.route, request.method, response.status, taken.count());
}

}  // namespace blip
