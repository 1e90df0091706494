#include "pipelines/indexing/add_settings.h"

#include <algorithm>
#include <charconv>

#include "pipelines/terminal/usage_error.h"

namespace blip {

Shard parse_shard(const std::string& text) {
  Shard shard;
  const char *begin = text.data(), *end = begin + text.size();
  const auto number = std::from_chars(begin, end, shard.number);
  const bool slash = number.ec == std::errc() && number.ptr != end && *number.ptr == '/';
  const auto count = slash ? std::from_chars(number.ptr + 1, end, shard.count) : number;
  if (!slash || count.ec != std::errc() || count.ptr != end || shard.number < 1 || shard.number > shard.count)
    throw UsageError("--shard '" + text + "' is no part such as 1/4, from 1/4 to 4/4");
  return shard;
}

SamplingOptions AddSettings::sampling() const {
  SamplingOptions options;
  options.interval = interval;
  options.shortest = std::min(options.shortest, interval);
  options.gate = repeats.gate_options();
  return options;
}

Shard AddSettings::shard_part() const {
  return shard.empty() ? Shard() : parse_shard(shard);
}

void AddSettings::validate() const {
  if (!captions && !caption_model.empty())
    throw UsageError("--caption-model together with --no-captions; one of them is too much");
  if (prune && !watch) throw UsageError("--prune works with --watch; to remove videos now, use: gst-blip index remove");
  shard_part();
}

}  // namespace blip
