#include "pipelines/captioning/caption_job.h"

#include <gst/gst.h>

#include <cstdint>
#include <optional>

#include "pipelines/captioning/caption_record.h"
#include "pipelines/elements/element_properties.h"
#include "pipelines/elements/engine_model.h"
#include "pipelines/elements/gate_properties.h"
#include "pipelines/elements/model_properties.h"
#include "pipelines/elements/record_run.h"
#include "pipelines/records/file_job.h"

namespace blip {
namespace {

void configure(GstElement* caption, const CaptionSettings& settings) {
  set_gate_properties(caption, settings);
  set_property(caption, "fps", settings.fps);
  if (settings.prompt) set_property(caption, "prompt", *settings.prompt);
  set_property(caption, "num-beams", std::int64_t{settings.num_beams});
  set_property(caption, "min-length", std::int64_t{settings.min_length});
  set_property(caption, "max-length", std::int64_t{settings.max_length});
  set_property(caption, "top-p", settings.top_p);
  set_property(caption, "top-k", std::int64_t{settings.top_k});
  set_property(caption, "temperature", settings.temperature);
  set_property(caption, "seed", settings.seed);
  set_property(caption, "repetition-penalty", settings.repetition_penalty);
  set_property(caption, "length-penalty", settings.length_penalty);
  set_property(caption, "beam-scoring", settings.beam_scoring);
  set_property(caption, "cue-mode", std::string("coalesce"));
  set_property(caption, "post-messages", false);
}

}  // namespace

int run_caption_job(const CaptionSettings& settings, Console& console) {
  settings.validate();
  for (const std::string& warning : settings.warnings()) console.line("warning: " + warning);
  gst_init(nullptr, nullptr);
  const ModelSettings model = with_model(settings, ModelTask::kCaption);
  const auto configure_element = [&](GstElement* caption) {
    set_model_properties(caption, model);
    configure(caption, settings);
  };
  RecordRun analysis({{"blipcaption", configure_element}}, model, settings.auto_orient);
  return FileJob(settings, console).run([&](SourceRun& source) {
    analysis.read(source,
                  [&](const std::string& json) { source.write(parse_caption_record(json, settings.token_ids)); });
  });
}

}  // namespace blip
