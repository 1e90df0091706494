#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace blip {

struct WebhookLimits {
  std::chrono::milliseconds connect{3000}, answer{10000};             // longest wait for each
  int attempts = 4;                                                   // of one message
  std::chrono::milliseconds first_pause{1000}, longest_pause{10000};  // between them
  std::size_t waiting = 256;   // messages a receiver may have waiting; the oldest goes for the newest
  std::size_t receivers = 32;  // that are served at the same time; messages to further ones are dropped
};

// Posts JSON to receivers by HTTP, each in its own thread, so that a dead one keeps nobody waiting. A message is
// delivered when the receiver answers 2xx; it is tried again when it does not answer, or answers 408, 429 or 5xx, and
// given up otherwise. Redirects are not followed. Thread-safe.
class WebhookSender {
 public:
  struct Counts {
    std::uint64_t delivered = 0, failed = 0, dropped = 0;
  };

  // `warn` is told in one line of each message that is lost, on a thread of the sender.
  WebhookSender(WebhookLimits limits, std::function<void(const std::string&)> warn);
  ~WebhookSender();  // at once: what waits is lost
  WebhookSender(const WebhookSender&) = delete;
  WebhookSender& operator=(const WebhookSender&) = delete;

  // Never waits. Throws Error(kInvalidArgument) as parse_webhook() does.
  void send(const std::string& url, std::string json);
  // Waits until nothing is under way, at most `longest`. Returns whether that is so.
  bool flush(std::chrono::milliseconds longest);
  Counts counts() const;

 private:
  class Receiver;
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace blip
