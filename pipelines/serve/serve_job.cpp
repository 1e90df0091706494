#include "pipelines/serve/serve_job.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <future>
#include <mutex>
#include <optional>
#include <system_error>

#include "core/base/error.h"
#include "core/index/index_writer.h"
#include "pipelines/searching/searcher.h"
#include "pipelines/serve/alert_publisher.h"
#include "pipelines/serve/api_context.h"
#include "pipelines/serve/clip_questions.h"
#include "pipelines/serve/http/http_server.h"
#include "pipelines/serve/index_progress.h"
#include "pipelines/serve/indexing_process.h"
#include "pipelines/serve/live_streams.h"
#include "pipelines/terminal/interrupt.h"

namespace blip {
namespace {

constexpr int kInterrupted = 130;
constexpr int kTick = 500;                 // milliseconds
constexpr std::chrono::seconds kGrace{5};  // for answers that are on their way when the server stops

std::atomic<int> termination_event{-1};

void on_termination(int) {
  const int former_errno = errno;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(termination_event.load(), &one, sizeof one);
  errno = former_errno;
}

// SIGTERM as something that can be waited for. One a process.
class Termination {
 public:
  Termination() {
    termination_event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (termination_event < 0)
      throw Error(ErrorKind::kFailed, std::string("cannot make an event: ") + std::strerror(errno));
    struct sigaction action {};
    action.sa_handler = on_termination;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, &former_);
  }
  ~Termination() {
    sigaction(SIGTERM, &former_, nullptr);
    close(termination_event.exchange(-1));
  }
  Termination(const Termination&) = delete;
  Termination& operator=(const Termination&) = delete;
  int descriptor() const { return termination_event; }

 private:
  struct sigaction former_ {};
};

class IndexSearch : public SearchService {
 public:
  IndexSearch(const std::filesystem::path& index, const ModelSettings& model) : searcher_(index, model) {}
  SearchResult search(const SearchRequest& request) override { return searcher_.search(request); }

 private:
  Searcher searcher_;
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

// With something to add, an index is made where there is none.
void provide_index(const ServeSettings& settings) {
  const std::filesystem::path index = settings.index_path();
  std::error_code error;
  if (settings.add.empty() || std::filesystem::exists(index, error)) return need_index(index);
  std::filesystem::create_directories(index.parent_path(), error);
  if (error)
    throw Error(ErrorKind::kFailed,
                "cannot make the folder '" + index.parent_path().string() + "': " + error.message());
  IndexWriter{index};
}

// Lines from any thread, told by the main one while it waits for the end.
class Messages {
 public:
  void add(const std::string& line) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(line);
  }
  void tell(Console& console) {
    std::vector<std::string> lines;
    {
      const std::lock_guard lock(mutex_);
      lines.swap(lines_);
    }
    for (const std::string& line : lines) console.line(line);
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

// Returns the exit code of what came.
int wait_for_end(const InterruptWatch& interrupt, const Termination& termination, Messages& messages,
                 Console& console) {
  pollfd watched[2] = {{interrupt.descriptor(), POLLIN, 0}, {termination.descriptor(), POLLIN, 0}};
  while (poll(watched, 2, kTick) <= 0) messages.tell(console);
  return watched[0].revents != 0 ? kInterrupted : 0;
}

}  // namespace

int run_serve_job(const ServeSettings& settings, Console& console) {
  const ServeSettings::Tokens tokens = settings.tokens();
  provide_index(settings);
  const Termination termination;
  const InterruptWatch interrupt;
  Messages messages;
  const auto warn = [&](const std::string& line) { messages.add(line); };

  IndexAccess index(settings.index_path());
  IndexSearch search(settings.index_path(), settings);
  ClipQuestions questions(answering(settings));
  const PageFiles page = settings.web_root.empty() ? PageFiles() : PageFiles(settings.web_root);
  AccessControl access(tokens.read, tokens.admin);
  EventHub events;
  ServeMetrics metrics;
  AlertPublisher alerts(events, settings.clip_directory(), settings.webhook_origins, warn);
  LiveStreams streams(index, events, alerts, settings, warn);
  ApiContext context{index,  search, questions, streams,      page,
                     access, events, metrics,   BLIP_VERSION, access.open() ? settings.host : std::string()};
  const RouteTable routes = api_routes(context);
  HttpServer server(
      {}, security_headers(), [&](HttpCall& call) { answer_call(routes, context, call); },
      [&](const std::string& route, const std::string& method, int status, double seconds) {
        metrics.observe(route, method, status, seconds);
      });
  const int port = server.bind(settings.host, settings.port);
  const IndexProgress progress(index, events);
  std::future<void> serving = std::async(std::launch::async, [&] { server.run(); });
  const std::int64_t videos = progress.status().videos;
  std::printf("Serving %lld %s of %s at %s\n", static_cast<long long>(videos), videos == 1 ? "video" : "videos",
              index.path().c_str(), address_of(settings.host, port).c_str());
  std::fflush(stdout);

  std::optional<IndexingProcess> indexing;
  if (!settings.add.empty())
    indexing.emplace(std::filesystem::read_symlink("/proc/self/exe").string(), settings.add_arguments());
  const int code = wait_for_end(interrupt, termination, messages, console);
  console.line("stopping");
  server.stop();
  events.close();
  questions.cancel();
  if (serving.wait_for(kGrace) == std::future_status::timeout) server.drop_connections();
  serving.get();
  return code;
}

}  // namespace blip
