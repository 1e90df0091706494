#include "training/distributed/launcher.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <map>
#include <optional>
#include <sstream>
#include <thread>

#include "core/base/error.h"
#include "training/distributed/rank_process.h"

namespace blip {
namespace {

using Clock = std::chrono::steady_clock;

// A port that nobody listens on now.
int free_port() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  const bool found = listener >= 0 && bind(listener, reinterpret_cast<sockaddr*>(&address), length) == 0 &&
                     getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) == 0;
  const int reason = errno;
  if (listener >= 0) close(listener);
  if (!found) throw Error(ErrorKind::kFailed, std::string("no free port on 127.0.0.1: ") + std::strerror(reason));
  return ntohs(address.sin_port);
}

bool sets(const std::string& entry, const std::string& name) {
  return entry.starts_with(name + "=");
}

std::vector<std::string> rank_variables(int rank, int processes, int port) {
  std::vector<std::string> result;
  constexpr std::array kOurs = {"RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT"};
  // Every process a share of the cores, and no threads that spin: they would starve the other ranks.
  const std::string cores =
      std::to_string(std::max(1U, std::thread::hardware_concurrency() / static_cast<unsigned>(processes)));
  std::map<std::string, std::string> defaults = {
      {"OMP_NUM_THREADS", cores}, {"OPENBLAS_NUM_THREADS", cores}, {"OMP_WAIT_POLICY", "PASSIVE"}};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (std::any_of(kOurs.begin(), kOurs.end(), [&](const char* name) { return sets(text, name); })) continue;
    defaults.erase(text.substr(0, text.find('=')));
    result.push_back(text);
  }
  result.push_back("RANK=" + std::to_string(rank));
  result.push_back("LOCAL_RANK=" + std::to_string(rank));
  result.push_back("WORLD_SIZE=" + std::to_string(processes));
  result.push_back("MASTER_ADDR=127.0.0.1");
  result.push_back("MASTER_PORT=" + std::to_string(port));
  for (const auto& [name, value] : defaults) result.push_back(name + "=" + value);
  return result;
}

// While it lives, the signals that a launcher waits for stay pending instead of ending the process.
class HeldSignals {
 public:
  HeldSignals() {
    sigemptyset(&held_);
    for (const int signal : {SIGINT, SIGTERM, SIGCHLD}) sigaddset(&held_, signal);
    sigprocmask(SIG_BLOCK, &held_, &before_);
  }
  ~HeldSignals() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

  // The next one, 0 when none came in time.
  int next(std::chrono::milliseconds timeout) const {
    const timespec time{timeout.count() / 1000, timeout.count() % 1000 * 1000000};
    return std::max(sigtimedwait(&held_, nullptr, &time), 0);
  }

 private:
  sigset_t held_, before_;
};

class Launch {
 public:
  explicit Launch(const LaunchOptions& options) : options_(options) {
    const int port = free_port();
    for (int rank = 0; rank < options.processes; ++rank)
      ranks_.emplace_back(RankProcess::Command{options.program, options.arguments,
                                               rank_variables(rank, options.processes, port), rank > 0});
  }

  int run() {
    while (std::any_of(ranks_.begin(), ranks_.end(), [](const RankProcess& rank) { return !rank.ended(); })) {
      const int signal = signals_.next(std::chrono::milliseconds(500));
      if (signal == SIGINT || signal == SIGTERM) interrupt(signal);
      reap();
      if (kill_at_ && Clock::now() >= *kill_at_) send_all(SIGKILL);
    }
    return status_;
  }

 private:
  void send_all(int signal) {
    for (const RankProcess& rank : ranks_) rank.send(signal);
  }

  void interrupt(int signal) {
    interrupted_ = true;
    send_all(signal);
  }

  void reap() {
    const bool failed_before = kill_at_.has_value();
    for (std::size_t i = 0; i < ranks_.size(); ++i) {
      if (!ranks_[i].poll() || ranks_[i].status() == 0 || failed_before) continue;
      status_ = std::max(status_, ranks_[i].status());
      if (kill_at_ || interrupted_) continue;
      tell(i);
      kill_at_ = Clock::now() + options_.grace;
    }
    if (kill_at_ && !failed_before) send_all(SIGTERM);
  }

  void tell(std::size_t rank) {
    if (!options_.report) return;
    const std::string name = "rank " + std::to_string(rank);
    std::istringstream lines(ranks_[rank].error_tail());
    for (std::string line; std::getline(lines, line);) options_.report(name + ": " + line);
    options_.report(name + " of " + std::to_string(ranks_.size()) + " " + ranks_[rank].ending() +
                    "; the other ranks are stopped");
  }

  const LaunchOptions& options_;
  HeldSignals signals_;  // before the ranks: none may end unnoticed
  std::vector<RankProcess> ranks_;
  std::optional<Clock::time_point> kill_at_;  // set when a rank has failed
  bool interrupted_ = false;                  // by the user: ranks end by themselves
  int status_ = 0;
};

}  // namespace

int launch_ranks(const LaunchOptions& options) {
  if (options.processes < 1 || options.arguments.empty())
    throw Error(ErrorKind::kInvalidArgument, "launch_ranks needs at least one process, not " +
                                                 std::to_string(options.processes) + ", and the program's arguments");
  return Launch(options).run();
}

}  // namespace blip
