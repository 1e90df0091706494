#include "training/distributed/process_group_communicator.h"

#include <torch/csrc/autograd/custom_function.h>

#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>
#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>
#include <utility>

#include "core/base/error.h"
#include "training/distributed/heartbeat.h"
#include "training/distributed/process_groups.h"

namespace blip {
namespace {

using Group = c10::intrusive_ptr<ProcessGroupBackend>;
using Work = c10::intrusive_ptr<c10d::Work>;
constexpr std::chrono::milliseconds kLook{100};  // how often a waiting rank looks whether the others live
constexpr std::chrono::microseconds kPoll{100};  // NCCL has nothing to wait on
constexpr std::size_t kRankNumbers = CollectiveCall::kNumbers;

// Groups with work that never ends. Destroying one would wait for it, so they stay until the process ends.
void leave_behind(Group group) {
  static auto* left = new std::vector<Group>;
  left->push_back(std::move(group));
}

// "[pair.cc:598] Connection closed by peer [127.0.0.1]:4711" without the place in Gloo, on one line.
std::string reason(const std::exception& error) {
  std::string text = error.what();
  text = text.substr(0, text.find('\n'));
  if (text.starts_with("[") && text.find("] ") != std::string::npos) text.erase(0, text.find("] ") + 2);
  return text;
}

struct Gathering : torch::autograd::Function<Gathering> {
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& tensor,
                               Communicator* communicator) {
    context->saved_data["communicator"] = reinterpret_cast<std::int64_t>(communicator);
    return communicator->gather(tensor);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    auto* communicator = reinterpret_cast<Communicator*>(context->saved_data["communicator"].toInt());
    torch::Tensor all = gradients.front().clone(at::MemoryFormat::Contiguous);
    communicator->sum_(all);
    const auto rows = all.size(0) / communicator->size();
    return {all.narrow(0, communicator->rank() * rows, rows), torch::Tensor()};
  }
};

}  // namespace

struct ProcessGroupCommunicator::Connections {
  RankEnvironment environment;
  std::chrono::milliseconds patience{};
  c10::intrusive_ptr<c10d::Store> store;
  std::unique_ptr<Heartbeat> heartbeat;
  Group gloo, nccl;
  std::string failure;  // once set nothing works any more

  // Looks after the others while this rank waits: call it every kLook. Returns what is wrong.
  class Watch {
   public:
    explicit Watch(const Connections& connections) : connections_(connections) {}
    std::string trouble() {
      const auto beats = connections_.heartbeat->beats();
      silent_looks_ = beats == beats_ ? silent_looks_ + 1 : 0;
      beats_ = beats;
      if (silent_looks_ * kLook > connections_.patience) return "the store on rank 0 does not answer";
      return connections_.heartbeat->trouble();
    }

   private:
    const Connections& connections_;
    std::int64_t beats_ = -1, silent_looks_ = 0;
  };

  [[noreturn]] void fail(const std::string& what, const std::string& why) {
    failure = "rank " + std::to_string(environment.rank) + " of " + std::to_string(environment.size) +
              " waited for the other ranks in " + what + ": " + why;
    throw Error(ErrorKind::kFailed, failure);
  }

  // Connecting blocks and cannot be interrupted, hence a thread that can be left behind.
  Group connect(Group (*open)(const c10::intrusive_ptr<c10d::Store>&, const RankEnvironment&)) {
    std::promise<Group> promise;
    auto result = promise.get_future();
    std::thread([promise = std::move(promise), open, store_copy = store, environment_copy = environment]() mutable {
      try {
        promise.set_value(open(store_copy, environment_copy));
      } catch (...) {
        promise.set_exception(std::current_exception());
      }
    }).detach();
    Watch watch(*this);
    while (result.wait_for(kLook) != std::future_status::ready) {
      if (const auto trouble = watch.trouble(); !trouble.empty()) fail("connecting", trouble);
    }
    try {
      return result.get();
    } catch (const std::exception& error) {
      fail("connecting", reason(error));
    }
  }

  void finish(const Work& work, bool on_gpu, const std::string& what) {
    struct Done {
      std::mutex mutex;
      std::condition_variable changed;
      bool done = false;
    };
    const auto done = std::make_shared<Done>();
    if (!on_gpu) {
      work->getFuture()->addCallback([done](c10::ivalue::Future&) {
        const std::lock_guard lock(done->mutex);
        done->done = true;
        done->changed.notify_all();
      });
    }
    const auto ended_within = [&](std::chrono::milliseconds time) {
      if (!on_gpu) {
        std::unique_lock lock(done->mutex);
        return done->changed.wait_for(lock, time, [&] { return done->done; });
      }
      for (const auto end = std::chrono::steady_clock::now() + time; !work->isCompleted();) {
        if (std::chrono::steady_clock::now() >= end) return false;
        std::this_thread::sleep_for(kPoll);
      }
      return true;
    };
    Watch watch(*this);
    while (!ended_within(kLook)) {
      const auto trouble = watch.trouble();
      if (trouble.empty()) continue;
      leave_behind(std::move(gloo));
      if (nccl) leave_behind(std::move(nccl));
      fail(what, trouble);
    }
    try {
      work->wait();
    } catch (const std::exception& error) {
      fail(what, "one of them has ended (" + reason(error) + ")");
    }
  }

  // Starts a collective on the group for `tensor` and waits for it.
  template <class Start>
  void run(const torch::Tensor& tensor, const std::string& what, Start start) {
    const bool on_gpu = !tensor.device().is_cpu();
    if (on_gpu && !nccl) nccl = connect(&open_nccl_group);
    if (on_gpu && !nccl)
      throw Error(ErrorKind::kUnsupported,
                  "several processes on GPUs need a LibTorch with NCCL, which this one has not; train on the CPU, or "
                  "with one process");
    Work work;
    try {
      work = start(on_gpu ? *nccl : *gloo);
    } catch (const std::exception& error) {
      fail(what, reason(error));
    }
    finish(work, on_gpu, what);
  }
};

ProcessGroupCommunicator::ProcessGroupCommunicator(const RankEnvironment& environment,
                                                   const CommunicatorOptions& options)
    : connections_(std::make_unique<Connections>()) {
  Connections& c = *connections_;
  c.environment = environment;
  c.patience = options.patience;
  c.store = open_store(environment, environment.rank == 0, options.start_timeout);
  wait_for_all_ranks(*c.store, environment, options.start_timeout);
  c.heartbeat = std::make_unique<Heartbeat>(
      open_store(environment, false, options.start_timeout),
      Heartbeat::Options{environment.rank, environment.size, options.heartbeat_period, options.patience});
  c.gloo = c.connect(&open_gloo_group);
}

ProcessGroupCommunicator::~ProcessGroupCommunicator() = default;

int ProcessGroupCommunicator::rank() const noexcept {
  return connections_->environment.rank;
}
int ProcessGroupCommunicator::size() const noexcept {
  return connections_->environment.size;
}

void ProcessGroupCommunicator::agree(Collective kind, const torch::Tensor& tensor) {
  if (!connections_->failure.empty()) throw Error(ErrorKind::kFailed, connections_->failure);
  const CollectiveCall call(kind, ++calls_, tensor);
  const auto numbers = torch::empty({CollectiveCall::kNumbers}, torch::kInt64);
  std::copy(call.numbers().begin(), call.numbers().end(), numbers.data_ptr<std::int64_t>());
  const auto all = torch::empty({size(), CollectiveCall::kNumbers}, torch::kInt64);
  std::vector<torch::Tensor> inputs{numbers};
  std::vector<std::vector<torch::Tensor>> outputs{all.unbind()};
  connections_->run(numbers, call.description(),
                    [&](ProcessGroupBackend& group) { return group.allgather(outputs, inputs); });

  std::vector<CollectiveCall> calls;
  for (int rank = 0; rank < size(); ++rank) {
    CollectiveCall::Numbers row;
    std::copy_n(all.data_ptr<std::int64_t>() + static_cast<std::size_t>(rank) * kRankNumbers, kRankNumbers,
                row.begin());
    calls.emplace_back(row);
  }
  try {
    require_same_call(calls);
  } catch (const Error& error) {
    connections_->failure = error.what();
    throw;
  }
}

void ProcessGroupCommunicator::sum_of_ranks(torch::Tensor& tensor) {
  if (tensor.numel() == 0) return;
  torch::Tensor dense = tensor.detach().contiguous();
  std::vector<torch::Tensor> tensors{dense};
  connections_->run(dense, "the sum", [&](ProcessGroupBackend& group) { return group.allreduce(tensors); });
  if (!dense.is_alias_of(tensor)) tensor.detach().copy_(dense);
}

void ProcessGroupCommunicator::average_(torch::Tensor& tensor) {
  TORCH_CHECK(tensor.is_floating_point(), "average_ of ", tensor.scalar_type(), "; it needs a floating-point tensor");
  const torch::NoGradGuard no_grad;
  agree(Collective::kAverage, tensor);
  sum_of_ranks(tensor);
  tensor.div_(size());
}

void ProcessGroupCommunicator::sum_(torch::Tensor& tensor) {
  const torch::NoGradGuard no_grad;
  agree(Collective::kSum, tensor);
  sum_of_ranks(tensor);
}

void ProcessGroupCommunicator::broadcast_(torch::Tensor& tensor) {
  const torch::NoGradGuard no_grad;
  agree(Collective::kBroadcast, tensor);
  if (tensor.numel() == 0) return;
  torch::Tensor dense = tensor.detach().contiguous();
  std::vector<torch::Tensor> tensors{dense};
  connections_->run(dense, "the broadcast", [&](ProcessGroupBackend& group) { return group.broadcast(tensors); });
  if (!dense.is_alias_of(tensor)) tensor.detach().copy_(dense);
}

torch::Tensor ProcessGroupCommunicator::rows_of_ranks(const torch::Tensor& tensor) {
  auto sizes = tensor.sizes().vec();
  sizes.front() *= size();
  const auto all = torch::empty(sizes, tensor.options());
  if (all.numel() == 0) return all;
  std::vector<torch::Tensor> inputs{tensor.contiguous()};
  std::vector<std::vector<torch::Tensor>> outputs{all.chunk(size())};
  connections_->run(all, "the gathering", [&](ProcessGroupBackend& group) { return group.allgather(outputs, inputs); });
  return all;
}

torch::Tensor ProcessGroupCommunicator::gather(const torch::Tensor& tensor) {
  TORCH_CHECK(tensor.dim() > 0, "gather needs a tensor with a dimension 0 to join along");
  const torch::NoGradGuard no_grad;
  agree(Collective::kGather, tensor);
  return rows_of_ranks(tensor.detach());
}

torch::Tensor ProcessGroupCommunicator::gather_with_grad(const torch::Tensor& tensor) {
  return Gathering::apply(tensor, static_cast<Communicator*>(this));
}

void ProcessGroupCommunicator::barrier() {
  agree(Collective::kBarrier, {});
}

}  // namespace blip
