#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/vision/picture_gate.h"
#include "pipelines/indexing/index_options.h"
#include "pipelines/indexing/shot_sampler.h"
#include "pipelines/options/gate_settings.h"
#include "pipelines/options/model_settings.h"

namespace blip {

// One of several parts that a list of files is divided into.
struct Shard {
  std::int64_t number = 1, count = 1;  // 1 … count
};

// "2/8". Throws UsageError for anything else.
Shard parse_shard(const std::string& text);

enum class KeepFeatures { kAuto, kOn, kOff };

// What "gst-blip index add" was asked to do. Defaults live here and nowhere else.
struct AddSettings : IndexSettings, ModelSettings {
  std::vector<std::string> paths;  // files, folders, URLs

  std::string caption_model;  // empty: the model, if one is named, else the shipped one
  bool captions = true;
  KeepFeatures features = KeepFeatures::kAuto;  // kAuto: those of up to 64 kB a frame

  std::int64_t interval = SamplingOptions().interval;  // nanoseconds
  GateSettings repeats{"similar", GateOptions().threshold};

  int jobs = 2;       // videos at the same time
  std::string shard;  // "i/n"; empty: everything
  bool renew = false;
  bool watch = false;
  bool prune = false;
  std::optional<std::int64_t> keep;  // nanoseconds of a live stream; nothing: everything
  bool json = false;

  SamplingOptions sampling() const;
  Shard shard_part() const;
  // Throws UsageError for values that do not go together.
  void validate() const;
};

}  // namespace blip
