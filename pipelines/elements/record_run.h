#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipelines/elements/engine_model.h"
#include "pipelines/elements/record_pipeline.h"
#include "pipelines/records/file_job.h"

namespace blip {

// Leads the sources of a FileJob through elements. These are made with the first source, so that a wrong file name does
// not cost the loading of a model.
class RecordRun {
 public:
  // `model` is what the elements open: it is kept open from one source to the next.
  RecordRun(std::vector<AnalysisElement> elements, ModelSettings model, bool auto_orient)
      : elements_(std::move(elements)), model_settings_(std::move(model)), auto_orient_(auto_orient) {}

  // Runs one source to its end; `record` gets each record of the last element's text pad, as JSON.
  // Throws what RecordPipeline throws, and ModelFailure when the plug-in or an element is missing.
  void read(SourceRun& source, const std::function<void(const std::string& json)>& record);

 private:
  RecordPipeline& pipeline();

  std::vector<AnalysisElement> elements_;
  ModelSettings model_settings_;
  bool auto_orient_;
  std::shared_ptr<Model> model_;
  std::optional<RecordPipeline> pipeline_;
};

}  // namespace blip
