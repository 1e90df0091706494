#pragma once

#include <gst/gst.h>

#include <mutex>
#include <string>

#include "core/tasks/engine_api.h"
#include "plugins/support/cue_track.h"

namespace blip {

// The properties that all elements share.
struct BaseSettings {
  ModelOptions model;  // an empty `model.model` stands for default_model()
  double fps = 1.0;
  CueMode cue_mode = CueMode::kImmediate;
  bool post_messages = true;
  std::string source_label;  // empty = the stream id
};

// Settings that application threads write and streaming threads copy.
template <class Settings>
class Guarded {
 public:
  Settings copy() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }
  template <class Change>
  void change(Change&& change) {
    const std::lock_guard lock(mutex_);
    change(value_);
  }

 private:
  mutable std::mutex mutex_;
  Settings value_;
};

// A string property's value; null counts as empty.
std::string string_value(const GValue* value);

// Installs the properties of BaseSettings with the ids 1 to kBasePropertyCount.
void install_base_properties(GObjectClass* klass);
inline constexpr guint kBasePropertyCount = 10;
// False for ids that are not among these.
bool set_base_property(Guarded<BaseSettings>& settings, guint id, const GValue* value);
bool get_base_property(const Guarded<BaseSettings>& settings, guint id, GValue* value);

}  // namespace blip
