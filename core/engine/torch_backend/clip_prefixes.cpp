#include "core/engine/torch_backend/clip_prefixes.h"

#include <algorithm>

namespace blip {
namespace {

constexpr std::size_t kMostEntries = 4;
constexpr std::uint64_t kMostBytes = std::uint64_t{256} << 20;  // of all entries; the latest is kept whatever it takes

}  // namespace

bool ClipPrefixes::Entry::is_of(const Clip& clip) const {
  return std::equal(frames.begin(), frames.end(), clip.frames.begin(), clip.frames.end(),
                    [](const auto& mine, const auto& theirs) { return theirs != nullptr && mine.lock() == theirs; });
}

bool ClipPrefixes::Entry::is_gone() const {
  return std::any_of(frames.begin(), frames.end(), [](const auto& frame) { return frame.expired(); });
}

std::uint64_t ClipPrefixes::Entry::bytes() const {
  std::uint64_t bytes = 0;
  for (const KeyValue& layer : states) bytes += layer.key.nbytes() + layer.value.nbytes();
  return bytes;
}

ClipPrefixes::Found ClipPrefixes::find(const Clip& clip, std::span<const std::int64_t> ids) {
  auto best = entries_.end();
  std::size_t shared = 0;
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (!entry->is_of(clip)) continue;
    const auto [mine, theirs] = std::mismatch(entry->ids.begin(), entry->ids.end(), ids.begin(), ids.end());
    const auto common = static_cast<std::size_t>(theirs - ids.begin());
    if (best != entries_.end() && common <= shared) continue;
    best = entry;
    shared = common;
  }
  if (best == entries_.end()) return {};
  entries_.splice(entries_.begin(), entries_, best);
  Found found{best->states, shared};
  const auto unknown = static_cast<int64_t>(best->ids.size() - shared);
  for (KeyValue& layer : found.states) {
    layer.key = layer.key.narrow(/*dim=*/2, 0, layer.key.size(2) - unknown);
    layer.value = layer.value.narrow(2, 0, layer.value.size(2) - unknown);
  }
  return found;
}

std::vector<KeyValue> ClipPrefixes::find_whole(const Clip& clip, std::span<const std::int64_t> ids) {
  const auto entry = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& candidate) {
    return candidate.is_of(clip) && std::equal(candidate.ids.begin(), candidate.ids.end(), ids.begin(), ids.end());
  });
  if (entry == entries_.end()) return {};
  entries_.splice(entries_.begin(), entries_, entry);
  return entry->states;
}

void ClipPrefixes::keep(const Clip& clip, std::span<const std::int64_t> ids, std::vector<KeyValue> states) {
  entries_.push_front({{clip.frames.begin(), clip.frames.end()}, {ids.begin(), ids.end()}, std::move(states)});
  std::uint64_t bytes = 0;
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    bytes += entry->bytes();
    const bool is_latest = entry == entries_.begin();
    const auto place = static_cast<std::size_t>(std::distance(entries_.begin(), entry));
    entry = !is_latest && (place >= kMostEntries || bytes > kMostBytes || entry->is_gone()) ? entries_.erase(entry)
                                                                                            : std::next(entry);
  }
}

}  // namespace blip
