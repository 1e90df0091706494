#include "pipelines/watching/webhook_sender.h"

#include <httplib.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "pipelines/watching/back_off.h"
#include "pipelines/watching/webhook_address.h"

namespace blip {
namespace {

struct Message {
  WebhookAddress address;
  std::string json;
};

// What became of one attempt.
struct Attempt {
  bool delivered = false;
  bool may_help = false;  // to try again
  std::string reason;
};

std::string reason(httplib::Error error) {
  switch (error) {
    case httplib::Error::Connection:
    case httplib::Error::ConnectionTimeout:
      return "no connection";
    case httplib::Error::Read:
      return "no answer";
    default:
      return httplib::to_string(error);
  }
}

Attempt judged(const httplib::Result& result) {
  if (!result) return {false, true, reason(result.error())};
  const int status = result->status;
  return {status / 100 == 2, status == 408 || status == 429 || status / 100 == 5,
          "it answers " + std::to_string(status)};
}

}  // namespace

// One host, with its queue and thread.
class WebhookSender::Receiver {
 public:
  Receiver(const std::string& origin, const WebhookLimits& limits, const std::function<void(const std::string&)>& warn)
      : origin_(origin), limits_(limits), warn_(warn), client_(origin) {
    client_.set_connection_timeout(limits.connect);
    client_.set_read_timeout(limits.answer);
    client_.set_write_timeout(limits.answer);
    client_.set_follow_location(false);
    client_.set_keep_alive(false);
    thread_ = std::thread([this] { run(); });
  }
  ~Receiver() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_all();
    client_.stop();
    thread_.join();
  }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  void send(Message message) {
    bool dropped = false;
    {
      const std::lock_guard lock(mutex_);
      dropped = waiting_.size() >= limits_.waiting;
      if (dropped) waiting_.pop_front();
      waiting_.push_back(std::move(message));
      if (dropped) ++counts_.dropped;
    }
    changed_.notify_all();
    if (dropped) warn_("webhook " + origin_ + ": too slow; an alert was not sent");
  }

  bool flush(std::chrono::steady_clock::time_point until) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, until, [this] { return waiting_.empty() && !busy_; });
  }

  Counts counts() const {
    const std::lock_guard lock(mutex_);
    return counts_;
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return stopped_ || !waiting_.empty(); });
      if (stopped_) return;
      const Message message = std::move(waiting_.front());
      waiting_.pop_front();
      busy_ = true;
      lock.unlock();
      const Attempt last = deliver(message);
      if (!last.delivered && !is_stopped())
        warn_("webhook " + origin_ + ": an alert was not delivered: " + last.reason);
      lock.lock();
      ++(last.delivered ? counts_.delivered : counts_.failed);
      busy_ = false;
      changed_.notify_all();
    }
  }

  Attempt deliver(const Message& message) {
    BackOff pause(limits_.first_pause, limits_.longest_pause);
    while (true) {
      const Attempt attempt = post(message);
      if (attempt.delivered || !attempt.may_help) return attempt;
      const auto wait = pause.fail();
      if (pause.failures() >= limits_.attempts) return attempt;
      std::unique_lock lock(mutex_);
      if (changed_.wait_for(lock, wait, [this] { return stopped_; })) return attempt;
    }
  }

  // What the receiver says is of no interest, and must not fill the memory.
  Attempt post(const Message& message) {
    constexpr std::size_t kMostAnswer = std::size_t{1} << 16;
    httplib::Request request;
    request.method = "POST";
    request.path = message.address.path;
    request.headers = {{"Content-Type", "application/json"}, {"User-Agent", "gst-blip"}};
    if (!message.address.user.empty())
      request.headers.insert(
          httplib::make_basic_authentication_header(message.address.user, message.address.password, false));
    request.body = message.json;
    std::size_t received = 0;
    int status = 0;
    request.response_handler = [&](const httplib::Response& response) {
      status = response.status;
      return true;
    };
    request.content_receiver = [&](const char*, std::size_t size, std::uint64_t, std::uint64_t) {
      return (received += size) <= kMostAnswer;
    };
    if (is_stopped()) return {false, false, "stopped"};
    const httplib::Result result = client_.send(request);
    if (!result && status / 100 == 2) return {true, false, {}};
    return judged(result);
  }

  bool is_stopped() const {
    const std::lock_guard lock(mutex_);
    return stopped_;
  }

  const std::string origin_;
  const WebhookLimits limits_;
  const std::function<void(const std::string&)>& warn_;  // the sender's
  httplib::Client client_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Message> waiting_;
  bool busy_ = false, stopped_ = false;
  Counts counts_;
  std::thread thread_;
};

class WebhookSender::Impl {
 public:
  Impl(WebhookLimits limits, std::function<void(const std::string&)> warn) : limits_(limits), warn_(std::move(warn)) {}

  void send(const std::string& url, std::string json) {
    WebhookAddress address = parse_webhook(url);
    const std::lock_guard lock(mutex_);
    auto known = receivers_.find(address.origin);
    if (known == receivers_.end()) {
      if (receivers_.size() >= limits_.receivers) {
        ++dropped_;
        return warn_("webhook " + address.origin + ": more than " + std::to_string(limits_.receivers) +
                     " receivers; an alert was not sent");
      }
      known = receivers_.emplace(address.origin, std::make_unique<Receiver>(address.origin, limits_, warn_)).first;
    }
    known->second->send({std::move(address), std::move(json)});
  }

  bool flush(std::chrono::milliseconds longest) {
    const auto until = std::chrono::steady_clock::now() + longest;
    std::vector<Receiver*> all;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [origin, receiver] : receivers_) all.push_back(receiver.get());
    }
    return std::all_of(all.begin(), all.end(), [&](Receiver* receiver) { return receiver->flush(until); });
  }

  Counts counts() const {
    const std::lock_guard lock(mutex_);
    Counts sum;
    sum.dropped = dropped_;
    for (const auto& [origin, receiver] : receivers_) {
      const Counts own = receiver->counts();
      sum.delivered += own.delivered;
      sum.failed += own.failed;
      sum.dropped += own.dropped;
    }
    return sum;
  }

 private:
  const WebhookLimits limits_;
  const std::function<void(const std::string&)> warn_;
  mutable std::mutex mutex_;
  std::uint64_t dropped_ = 0;
  std::map<std::string, std::unique_ptr<Receiver>> receivers_;  // by origin; none goes
};

WebhookSender::WebhookSender(WebhookLimits limits, std::function<void(const std::string&)> warn)
    : impl_(std::make_unique<Impl>(limits, std::move(warn))) {}
WebhookSender::~WebhookSender() = default;

void WebhookSender::send(const std::string& url, std::string json) {
  impl_->send(url, std::move(json));
}

bool WebhookSender::flush(std::chrono::milliseconds longest) {
  return impl_->flush(longest);
}

WebhookSender::Counts WebhookSender::counts() const {
  return impl_->counts();
}

}  // namespace blip
