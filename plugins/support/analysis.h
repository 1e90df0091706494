#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/image_view.h"
#include "core/base/outcome.h"
#include "core/tasks/engine_api.h"

namespace blip {

using FieldValue = std::variant<double, std::int64_t, std::string, std::vector<std::int64_t>>;

// What an analysis found out about one frame.
struct Finding {
  std::string text;  // as the model gave it; equal texts are one cue when coalescing
  std::vector<std::pair<std::string, FieldValue>>
      fields;  // further values of the JSON record and the message, in this order
};

// The analysis of one frame with the settings of the moment it was made. Runs on the worker thread and may take
// seconds.
using FrameTask = std::function<Outcome<Finding>(const ImageView& frame)>;

// What a kind of element does with its sampled frames: all that tells blipcaption from its later siblings.
class Analysis {
 public:
  virtual ~Analysis() = default;
  // Name of the element message, for example "blip-caption".
  virtual const char* message_name() const = 0;
  // Worker thread: opens the model; at most once a start. Returns the model's warnings, one line each.
  virtual Outcome<std::vector<std::string>> open(Engine& engine, const ModelOptions& options) = 0;
  // Streaming thread: copies the settings as they are now.
  virtual FrameTask task() = 0;
};

}  // namespace blip
