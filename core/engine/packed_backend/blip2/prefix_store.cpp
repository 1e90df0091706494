#include "core/engine/packed_backend/blip2/prefix_store.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace blip {

bool PrefixStore::is_on(const Entry& entry, const Clip& clip) {
  return entry.later_frames.size() + 1 == clip.frames.size() &&
         std::equal(entry.later_frames.begin(), entry.later_frames.end(), clip.frames.begin() + 1,
                    [](const auto& kept, const auto& frame) { return kept.lock() == frame; });
}

PrefixStore::Found PrefixStore::longest(const Clip& clip, std::span<const std::int64_t> ids) {
  const std::lock_guard lock(mutex_);
  Found found;
  auto best = entries_.end();
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (!is_on(*entry, clip)) continue;
    const auto differ = std::mismatch(ids.begin(), ids.end(), entry->ids.begin(), entry->ids.end());
    const auto common = static_cast<std::int64_t>(differ.first - ids.begin());
    if (best != entries_.end() && common <= found.common_ids) continue;
    best = entry;
    found = {entry->prefix, common};
  }
  if (best != entries_.end()) entries_.splice(entries_.begin(), entries_, best);
  return found;
}

std::shared_ptr<const Prefix> PrefixStore::exact(const Clip& clip, std::span<const std::int64_t> ids) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return is_on(entry, clip) && std::equal(ids.begin(), ids.end(), entry.ids.begin(), entry.ids.end());
  });
  if (found == entries_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found);
  return found->prefix;
}

void PrefixStore::keep(const Clip& clip, std::span<const std::int64_t> ids, std::shared_ptr<const Prefix> prefix) {
  const std::lock_guard lock(mutex_);
  bytes_ += prefix->bytes();
  entries_.push_front({{clip.frames.begin() + 1, clip.frames.end()}, {ids.begin(), ids.end()}, std::move(prefix)});
  for (auto entry = entries_.end(); bytes_ > most_bytes_ && entry != entries_.begin();) {
    --entry;
    if (entry->prefix.use_count() > 1) continue;  // a sequence or another prefix needs it
    bytes_ -= entry->prefix->bytes();
    entry = entries_.erase(entry);
  }
}

std::uint64_t PrefixStore::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace blip
