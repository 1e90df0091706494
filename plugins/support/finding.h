#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "plugins/support/frame_times.h"

namespace blip {

struct Field;
using Record = std::vector<Field>;
// Numbers that are embeddings (vector of float) leave in metadata only, lists of ids (vector of int64) in JSON only.
using FieldValue = std::variant<double, std::int64_t, bool, std::string, std::vector<std::int64_t>, std::vector<float>,
                                std::vector<Record>>;

struct Field {
  std::string name;
  FieldValue value;
};

// Something that begins or ends, told on the bus.
struct Notice {
  std::string name;  // of the element message
  FrameTimes times;
  Record fields;
};

// Whether video passes from a frame on.
struct Gate {
  bool open = true;
  std::uint64_t open_until = 0;  // stream time, ns: until there it passes in any case
};

// What an analysis found out about one frame or window.
struct Finding {
  std::string text;     // as the model gave it; equal texts are one cue when coalescing, an empty one is a gap
  Record fields;        // further values of the JSON record, the message and the metadata, in this order
  Record context = {};  // what the finding is an answer to: for the message and the metadata only
  std::optional<Gate> gate = std::nullopt;
  std::vector<Notice> notices = {};
  std::vector<std::string> warnings = {};  // one line each, for the user
};

}  // namespace blip
