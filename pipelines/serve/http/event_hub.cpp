#include "pipelines/serve/http/event_hub.h"

#include <algorithm>

namespace blip {

EventHub::EventHub(std::size_t clients, std::size_t behind) : most_clients_(clients), most_behind_(behind) {}

EventHub::Subscription::~Subscription() {
  const std::lock_guard lock(hub_.mutex_);
  auto& clients = hub_.clients_;
  clients.erase(std::remove(clients.begin(), clients.end(), this), clients.end());
}

EventHub::Subscription::Got EventHub::Subscription::take(std::string& text, std::chrono::milliseconds patience) {
  std::unique_lock lock(hub_.mutex_);
  changed_.wait_for(lock, patience, [this] { return hub_.closed_ || dropped_ || !waiting_.empty(); });
  if (dropped_ || hub_.closed_) return Got::kEnd;
  if (waiting_.empty()) return Got::kNothing;
  for (const auto& event : waiting_) text += *event;
  waiting_.clear();
  return Got::kEvents;
}

std::shared_ptr<EventHub::Subscription> EventHub::subscribe() {
  const std::lock_guard lock(mutex_);
  if (closed_ || clients_.size() >= most_clients_) return nullptr;
  std::shared_ptr<Subscription> client(new Subscription(*this));
  for (const auto& [name, event] : kept_) client->waiting_.push_back(event);
  clients_.push_back(client.get());
  return client;
}

void EventHub::publish(const std::string& name, const std::string& json, bool keep) {
  const std::lock_guard lock(mutex_);
  const auto event = std::make_shared<const std::string>("id: " + std::to_string(++number_) + "\nevent: " + name +
                                                         "\ndata: " + json + "\n\n");
  if (keep) kept_[name] = event;
  for (Subscription* client : clients_) {
    if (client->dropped_) continue;
    if (client->waiting_.size() >= most_behind_) {
      client->dropped_ = true;
      client->waiting_.clear();
      ++dropped_;
    } else {
      client->waiting_.push_back(event);
    }
    client->changed_.notify_one();
  }
}

void EventHub::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  for (Subscription* client : clients_) client->changed_.notify_one();
}

std::size_t EventHub::clients() const {
  const std::lock_guard lock(mutex_);
  return clients_.size();
}

std::uint64_t EventHub::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

}  // namespace blip
