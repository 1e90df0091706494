#pragma once

#include <string>
#include <utility>
#include <variant>

#include "core/base/error.h"

namespace blip {

// An error as a value, for the boundaries that no exception may cross.
struct Failure {
  ErrorKind kind = ErrorKind::kFailed;
  std::string message;  // one line
};

// Either a value or the failure that prevented it.
template <class T>
class Outcome {
 public:
  Outcome(T value) : state_(std::move(value)) {}            // NOLINT(google-explicit-constructor)
  Outcome(Failure failure) : state_(std::move(failure)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const noexcept { return std::holds_alternative<T>(state_); }
  T& value() { return std::get<T>(state_); }
  const T& value() const { return std::get<T>(state_); }
  const Failure& failure() const { return std::get<Failure>(state_); }

 private:
  std::variant<T, Failure> state_;
};

}  // namespace blip
