#include "pipelines/terminal/exit_code.h"

#include <exception>

#include "core/base/error.h"
#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

}  // namespace

int exit_code_of(Console& console, const std::function<int()>& body) {
  try {
    return body();
  } catch (const UsageError& e) {
    console.line(e.what());
    return kWrongUsage;
  } catch (const Error& e) {
    console.line(e.what());
    return e.kind() == ErrorKind::kInvalidArgument ? kWrongUsage : kFailed;
  } catch (const std::exception& e) {
    console.line(e.what());
    return kFailed;
  }
}

}  // namespace blip
