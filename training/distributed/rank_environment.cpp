#include "training/distributed/rank_environment.h"

#include <charconv>
#include <cstdlib>
#include <limits>
#include <string_view>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr const char* kRequired[] = {"RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"};

int number(const char* name, int lowest, int highest) {
  const std::string_view text = std::getenv(name);
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < lowest || value > highest)
    throw Error(ErrorKind::kInvalidArgument, std::string(name) + "='" + std::string(text) +
                                                 "' in the environment is not a number from " + std::to_string(lowest) +
                                                 " to " + std::to_string(highest));
  return value;
}

void require_all() {
  std::string missing, present;
  for (const char* name : kRequired) {
    std::string& names = std::getenv(name) ? present : missing;
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  if (missing.empty()) return;
  if (present.empty()) present = "LOCAL_RANK";
  throw Error(ErrorKind::kInvalidArgument,
              "the environment sets " + present + " but not " + missing +
                  ": to train with several processes all are needed, as torchrun sets them; to train with one, none");
}

}  // namespace

std::optional<RankEnvironment> rank_environment() {
  bool any = std::getenv("LOCAL_RANK") != nullptr;
  for (const char* name : kRequired) any = any || std::getenv(name) != nullptr;
  if (!any) return std::nullopt;
  require_all();

  RankEnvironment environment;
  environment.size = number("WORLD_SIZE", 1, std::numeric_limits<int>::max());
  environment.rank = number("RANK", 0, environment.size - 1);
  environment.local_rank = std::getenv("LOCAL_RANK") ? number("LOCAL_RANK", 0, environment.size - 1) : environment.rank;
  environment.master_host = std::getenv("MASTER_ADDR");
  if (environment.master_host.empty())
    throw Error(ErrorKind::kInvalidArgument, "MASTER_ADDR in the environment is empty: it names the host of rank 0");
  environment.master_port = static_cast<std::uint16_t>(number("MASTER_PORT", 1, 65535));
  return environment;
}

}  // namespace blip
