#include "pipelines/serve/serve_job.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <future>
#include <optional>
#include <thread>

#include "core/base/error.h"
#include "pipelines/searching/searcher.h"
#include "pipelines/serve/api_context.h"
#include "pipelines/serve/clip_questions.h"
#include "pipelines/serve/http/http_server.h"
#include "pipelines/serve/index_progress.h"
#include "pipelines/terminal/interrupt.h"

namespace blip {
namespace {

constexpr int kInterrupted = 130;
constexpr std::chrono::seconds kGrace{5};  // for answers that are on their way when the server stops

// SIGTERM as something that can be waited for. Made before any thread, so that none is interrupted by it.
class Termination {
 public:
  Termination() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, &former_);
    descriptor_ = signalfd(-1, &signals_, SFD_CLOEXEC | SFD_NONBLOCK);
  }
  ~Termination() {
    close(descriptor_);
    pthread_sigmask(SIG_SETMASK, &former_, nullptr);
  }
  Termination(const Termination&) = delete;
  Termination& operator=(const Termination&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  sigset_t signals_{}, former_{};
  int descriptor_;
};

class IndexSearch : public SearchService {
 public:
  IndexSearch(const std::filesystem::path& index, const ModelSettings& model) : searcher_(index, model) {}
  SearchResult search(const SearchRequest& request) override { return searcher_.search(request); }

 private:
  Searcher searcher_;
};

class NoStreams : public StreamService {
 public:
  std::vector<WatchedStream> streams() override { return {}; }
  std::int64_t add_stream(const std::string&) override {
    throw Error(ErrorKind::kUnsupported, "live streams cannot be watched yet");
  }
  bool remove_stream(std::int64_t) override { return false; }
  std::optional<std::string> picture(std::int64_t) override { return std::nullopt; }
  void check_query(const StandingQuery&) override {}
  void follow_queries() override {}
  std::optional<std::string> alert_file(const std::string&) override { return std::nullopt; }
};

ModelSettings answering(const ServeSettings& settings) {
  ModelSettings model = settings;
  model.model = settings.answer_model;
  model.vocab.clear();
  model.config.clear();
  return model;
}

std::string address_of(const std::string& host, int port) {
  const bool v6 = host.find(':') != std::string::npos;
  const std::string name = host == "0.0.0.0" || host == "::" ? "localhost" : v6 ? "[" + host + "]" : host;
  return "http://" + name + ":" + std::to_string(port) + "/";
}

// Returns the exit code of what came.
int wait_for_end(const InterruptWatch& interrupt, const Termination& termination) {
  pollfd watched[2] = {{interrupt.descriptor(), POLLIN, 0}, {termination.descriptor(), POLLIN, 0}};
  while (poll(watched, 2, -1) < 0) {
  }
  return watched[0].revents != 0 ? kInterrupted : 0;
}

}  // namespace

int run_serve_job(const ServeSettings& settings, Console& console) {
  const ServeSettings::Tokens tokens = settings.tokens();
  need_index(settings.index_path());
  const Termination termination;
  const InterruptWatch interrupt;

  IndexAccess index(settings.index_path());
  IndexSearch search(settings.index_path(), settings);
  ClipQuestions questions(answering(settings));
  NoStreams streams;
  const PageFiles page = settings.web_root.empty() ? PageFiles() : PageFiles(settings.web_root);
  AccessControl access(tokens.read, tokens.admin);
  EventHub events;
  ServeMetrics metrics;
  ApiContext context{
      index,  search, questions, streams,      page,
      access, events, metrics,   BLIP_VERSION, is_loopback(settings.host) ? settings.host : std::string()};
  const RouteTable routes = api_routes(context);
  HttpServer server(
      {}, security_headers(), [&](HttpCall& call) { answer_call(routes, context, call); },
      [&](const std::string& route, const std::string& method, int status, double seconds) {
        metrics.observe(route, method, status, seconds);
      });
  const int port = server.bind(settings.host, settings.port);
  const IndexProgress progress(index, events);
  std::future<void> serving = std::async(std::launch::async, [&] { server.run(); });
  std::printf("Serving %lld videos of %s at %s\n", static_cast<long long>(progress.status().videos),
              index.path().c_str(), address_of(settings.host, port).c_str());
  std::fflush(stdout);

  const int code = wait_for_end(interrupt, termination);
  console.line("stopping");
  server.stop();
  events.close();
  questions.cancel();
  if (serving.wait_for(kGrace) == std::future_status::timeout) server.drop_connections();
  serving.get();
  return code;
}

}  // namespace blip
