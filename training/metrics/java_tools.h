#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "training/metrics/scored_caption.h"

namespace blip {

// METEOR and SPICE are Java programs of their authors; they run where they are found.
struct JavaTools {
  // Holds meteor/meteor-1.5.jar and spice/spice-1.0.jar as the package pycocoevalcap does, or the jars themselves.
  // Empty: $BLIP_COCOEVAL_JARS.
  std::filesystem::path jars;
  std::string java = "java";                   // a path, or a name to be found in $PATH
  std::chrono::milliseconds patience{600000};  // silence that ends a tool
};

// A metric that may not be there.
struct ToolScore {
  std::optional<MetricScore> score;
  std::string reason;  // why there is none
};

// METEOR 1.5 with English weights and normalisation, spoken to as coco-caption does. Throws Error(kFailed) when the
// tool fails, is silent too long or answers something else than numbers; kInvalidArgument as bleu().
ToolScore meteor(std::span<const ScoredCaption> captions, const JavaTools& tools);

// SPICE 1.0: the mean of the F scores. It needs Stanford's parser models beside its jar. Throws as meteor().
ToolScore spice(std::span<const ScoredCaption> captions, const JavaTools& tools);

}  // namespace blip
