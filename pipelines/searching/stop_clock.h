#pragma once

#include <chrono>

namespace blip {

// Adds the milliseconds that it lives to `sum`.
class AddTime {
 public:
  explicit AddTime(double& sum) : sum_(sum) {}
  ~AddTime() { sum_ += std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin_).count(); }
  AddTime(const AddTime&) = delete;
  AddTime& operator=(const AddTime&) = delete;

 private:
  double& sum_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace blip
