#include "pipelines/terminal/exit_code.h"

#include <exception>

#include "core/base/error.h"
#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;
constexpr int kInterrupted = 130;  // as shells have it for SIGINT

int exit_code_of(ErrorKind kind) {
  if (kind == ErrorKind::kCancelled) return kInterrupted;
  return kind == ErrorKind::kInvalidArgument ? kWrongUsage : kFailed;
}

}  // namespace

int exit_code_of(Console& console, const std::function<int()>& body) {
  try {
    return body();
  } catch (const UsageError& e) {
    console.line(e.what());
    return kWrongUsage;
  } catch (const Error& e) {
    console.line(e.what());
    return exit_code_of(e.kind());
  } catch (const std::exception& e) {
    console.line(e.what());
    return kFailed;
  }
}

}  // namespace blip
