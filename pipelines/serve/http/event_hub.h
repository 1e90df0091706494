#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace blip {

// Server-sent events for many clients. Who publishes never waits: a client that does not keep up is dropped. Safe from
// any thread.
class EventHub {
 public:
  // At most `clients` at a time; of each, at most `behind` events wait.
  explicit EventHub(std::size_t clients = 32, std::size_t behind = 256);

  // One client's events. Used by one thread.
  class Subscription {
   public:
    ~Subscription();
    enum class Got { kEvents, kNothing, kEnd };
    // Waits for events, at most `patience`; appends them to `text` as the event stream spells them. kEnd: the hub was
    // closed, or the client was too slow.
    Got take(std::string& text, std::chrono::milliseconds patience);

   private:
    friend class EventHub;
    explicit Subscription(EventHub& hub) : hub_(hub) {}
    EventHub& hub_;
    std::deque<std::shared_ptr<const std::string>> waiting_;
    bool dropped_ = false;
    std::condition_variable changed_;
  };

  // Null when there are too many. The hub must live longer.
  std::shared_ptr<Subscription> subscribe();
  // `json`: one line. `keep`: a new client gets the latest one of this name first.
  void publish(const std::string& name, const std::string& json, bool keep = false);
  void close();

  std::size_t clients() const;
  std::uint64_t dropped() const;  // clients so far

 private:
  const std::size_t most_clients_, most_behind_;
  mutable std::mutex mutex_;
  std::vector<Subscription*> clients_;
  std::map<std::string, std::shared_ptr<const std::string>> kept_;
  std::uint64_t number_ = 0, dropped_ = 0;
  bool closed_ = false;
};

}  // namespace blip
