#include "training/distributed/process_groups.h"

#include <c10/util/Logging.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <vector>

#if defined(USE_C10D_NCCL)
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include "core/base/error.h"
#include "training/distributed/seconds.h"

namespace blip {
namespace {

std::string address(const RankEnvironment& environment) {
  return environment.master_host + ":" + std::to_string(environment.master_port);
}

std::string joined_key(int rank) {
  return "joined/" + std::to_string(rank);
}

// While it lives c10d writes no log: what is wrong comes as an Error, and stderr belongs to the user.
class SilentLog {
 public:
  SilentLog() { level() = 3; }  // fatal only
  ~SilentLog() { level() = before_; }
  SilentLog(const SilentLog&) = delete;
  SilentLog& operator=(const SilentLog&) = delete;

 private:
#if defined(C10_USE_GLOG)
  static int& level() {
    return FLAGS_minloglevel;
  }
#else
  static int& level() {
    return FLAGS_caffe2_log_level;
  }
#endif
  int before_ = level();
};

bool on_this_machine(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

std::shared_ptr<gloo::transport::Device> gloo_device(const RankEnvironment& environment) {
  if (const char* interface = std::getenv("GLOO_SOCKET_IFNAME"))
    return c10d::ProcessGroupGloo::createDeviceForInterface(interface);
  if (on_this_machine(environment.master_host)) return c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1");
  return c10d::ProcessGroupGloo::createDefaultDevice();
}

}  // namespace

c10::intrusive_ptr<c10d::Store> open_store(const RankEnvironment& environment, bool serve,
                                           std::chrono::milliseconds timeout) {
  c10d::TCPStoreOptions options;
  options.port = environment.master_port;
  options.isServer = serve;
  options.waitWorkers = false;
  options.timeout = std::max<std::chrono::milliseconds>(timeout, std::chrono::seconds(1));  // whole seconds count
  const SilentLog silent;
  try {
    return c10::make_intrusive<c10d::TCPStore>(environment.master_host, options);
  } catch (const std::exception&) {
    if (serve)
      throw Error(ErrorKind::kFailed, "rank 0 cannot listen on port " + std::to_string(environment.master_port) +
                                          " (MASTER_PORT): another program may use it");
    throw Error(ErrorKind::kFailed, "rank " + std::to_string(environment.rank) + " of " +
                                        std::to_string(environment.size) + " waited " + seconds(timeout) +
                                        " for rank 0 at " + address(environment) + " (MASTER_ADDR, MASTER_PORT)");
  }
}

void wait_for_all_ranks(c10d::Store& store, const RankEnvironment& environment, std::chrono::milliseconds timeout) {
  std::vector<std::string> keys;
  for (int rank = 0; rank < environment.size; ++rank) keys.push_back(joined_key(rank));
  try {
    store.set(joined_key(environment.rank), {1});
    store.wait(keys, timeout);
    return;
  } catch (const std::exception&) {
  }
  std::string missing;
  try {
    for (int rank = 0; rank < environment.size; ++rank)
      if (!store.check({joined_key(rank)})) missing += (missing.empty() ? "" : ", ") + std::to_string(rank);
  } catch (const std::exception&) {
    missing = "0";  // whose store is gone
  }
  throw Error(ErrorKind::kFailed, "rank " + std::to_string(environment.rank) + " of " +
                                      std::to_string(environment.size) + " waited " + seconds(timeout) + " at " +
                                      address(environment) + " for rank " + missing);
}

c10::intrusive_ptr<ProcessGroupBackend> open_gloo_group(const c10::intrusive_ptr<c10d::Store>& store,
                                                        const RankEnvironment& environment) {
  auto options = c10d::ProcessGroupGloo::Options::create();
  options->devices.push_back(gloo_device(environment));
  options->threads = 1;
  return c10::make_intrusive<c10d::ProcessGroupGloo>(c10::make_intrusive<c10d::PrefixStore>("gloo", store),
                                                     environment.rank, environment.size, options);
}

c10::intrusive_ptr<ProcessGroupBackend> open_nccl_group([[maybe_unused]] const c10::intrusive_ptr<c10d::Store>& store,
                                                        [[maybe_unused]] const RankEnvironment& environment) {
#if defined(USE_C10D_NCCL)
  return c10::make_intrusive<c10d::ProcessGroupNCCL>(c10::make_intrusive<c10d::PrefixStore>("nccl", store),
                                                     environment.rank, environment.size);
#else
  return {};
#endif
}

}  // namespace blip
