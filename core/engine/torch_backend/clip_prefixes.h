#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <vector>

#include "core/engine/backend.h"
#include "core/model/attention.h"

namespace blip {

// What a language model made of a clip and the ids behind it: kept for the next question about the same frames, the
// next turn of a conversation. The latest few; nothing of frames that are gone.
class ClipPrefixes {
 public:
  struct Found {
    std::vector<KeyValue> states;  // a layer, [1, H, P + ids, K], views; empty = nothing is known of the clip
    std::size_t ids = 0;           // how many of the asked ids they hold
  };

  // The entry of the clip that shares most ids from the first on, cut to those.
  Found find(const Clip& clip, std::span<const std::int64_t> ids);
  // The entry of the clip with just these ids; empty = none.
  std::vector<KeyValue> find_whole(const Clip& clip, std::span<const std::int64_t> ids);
  void keep(const Clip& clip, std::span<const std::int64_t> ids, std::vector<KeyValue> states);

 private:
  struct Entry {
    std::vector<std::weak_ptr<const ImageFeatures>> frames;
    std::vector<std::int64_t> ids;
    std::vector<KeyValue> states;
    bool is_of(const Clip& clip) const;
    bool is_gone() const;
    std::uint64_t bytes() const;
  };
  std::list<Entry> entries_;  // the latest used first
};

}  // namespace blip
