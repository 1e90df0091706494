#pragma once

// The one place that knows of differences between LibTorch 1.13 and 2.x.
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <c10/util/Exception.h>
#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>
#include <torch/version.h>

#include <memory>
#include <string>

namespace blip {

#if TORCH_VERSION_MAJOR >= 2
namespace torch_warning = c10::WarningUtils;
#else
namespace torch_warning = c10::Warning;
#endif

// While it lives, LibTorch's warnings on this thread go nowhere: they speak to programmers, and stderr belongs to the
// user.
class SilentTorchWarnings {
 public:
  SilentTorchWarnings() { torch_warning::set_warning_handler(&silent_); }
  ~SilentTorchWarnings() { torch_warning::set_warning_handler(previous_); }
  SilentTorchWarnings(const SilentTorchWarnings&) = delete;
  SilentTorchWarnings& operator=(const SilentTorchWarnings&) = delete;

 private:
  class Silent final : public c10::WarningHandler {
   public:
#if TORCH_VERSION_MAJOR >= 2
    void process(const c10::Warning&) override {}
#else
    void process(const c10::SourceLocation&, const std::string&, const bool) override {}
#endif
  };
  c10::WarningHandler* previous_ = torch_warning::get_warning_handler();
  Silent silent_;
};

// The message of a LibTorch error without its backtrace, on one line.
inline std::string torch_error_line(const c10::Error& error) {
  std::string line = error.what_without_backtrace();
  for (char& c : line) {
    if (c == '\n') c = ' ';
  }
  return line;
}

}  // namespace blip
