#include "pipelines/elements/record_run.h"

#include "core/vision/image_file.h"
#include "pipelines/elements/installation.h"
#include "pipelines/media_input/start_watch.h"
#include "pipelines/media_input/still_source.h"
#include "pipelines/media_input/video_source.h"
#include "pipelines/records/model_failure.h"

namespace blip {

void RecordRun::read(SourceRun& source, const std::function<void(const std::string& json)>& record) {
  const GstElementHandle input =
      source.still ? make_still_source(read_image(source.file, {auto_orient_})) : make_video_source(source.file);
  RunListener listener;
  listener.record = record;
  listener.model_warning = [&](const std::string& warning) { source.model_warning(warning); };
  listener.source_warning = [&](const std::string& warning) { source.source_warning(warning); };
  StartWatch start(source.file);
  listener.progress = [&](std::int64_t position, std::int64_t duration) {
    if (!source.still) start.look(position);
    if (source.progress) source.progress(position, duration);
  };
  pipeline().run(input.get(), source.file, source.interrupt, listener);
}

RecordPipeline& RecordRun::pipeline() {
  if (!pipeline_) {
    try {
      load_blip_plugin(program_directory());
      model_ = open_engine_model(model_settings_);
      pipeline_.emplace(elements_);
    } catch (const Error& e) {
      throw ModelFailure(e.kind(), e.what());
    }
  }
  return *pipeline_;
}

}  // namespace blip
