#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/index/index_types.h"
#include "core/tasks/engine_api.h"
#include "pipelines/indexing/add_settings.h"
#include "pipelines/indexing/frame_analysis.h"

namespace blip {

// The models of a run, open: elements that name them load nothing.
struct IndexingModels {
  AnalysisModels analysis;
  IndexModels index;  // as the index is told of them
  std::shared_ptr<Model> embedder, captioner;
  std::int64_t embeddings = 1;  // of a frame

  // All settings that segments depend on, as one text. `subtitles`: hash of the video's subtitle file.
  std::string recipe(const AddSettings& settings, const std::string& subtitles) const;
};

// Opens what the settings name, else what the index was made with, else the shipped models. Throws ModelFailure when a
// model cannot be opened or lacks the head that is needed.
IndexingModels open_indexing_models(const AddSettings& settings, const std::optional<IndexModels>& known);

}  // namespace blip
