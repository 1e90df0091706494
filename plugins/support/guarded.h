#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace blip {

// Settings that application threads write and streaming threads read: each change makes a new value, which never
// changes again. Equal pointers are equal settings.
template <class Settings>
class Guarded {
 public:
  Guarded() : value_(std::make_shared<const Settings>()) {}

  std::shared_ptr<const Settings> snapshot() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }
  Settings copy() const { return *snapshot(); }

  template <class Change>
  void change(Change&& change) {
    const std::lock_guard lock(mutex_);
    auto next = std::make_shared<Settings>(*value_);
    change(*next);
    value_ = std::move(next);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Settings> value_;
};

}  // namespace blip
