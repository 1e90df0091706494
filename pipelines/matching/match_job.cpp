#include "pipelines/matching/match_job.h"

#include <gst/gst.h>

#include <cstdint>
#include <iomanip>
#include <sstream>

#include "pipelines/elements/element_properties.h"
#include "pipelines/elements/engine_model.h"
#include "pipelines/elements/gate_properties.h"
#include "pipelines/elements/model_properties.h"
#include "pipelines/elements/record_run.h"
#include "pipelines/matching/match_record.h"
#include "pipelines/matching/match_spans.h"
#include "pipelines/records/file_job.h"

namespace blip {
namespace {

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ";") + text;
  return all;
}

std::vector<AnalysisElement> elements_for(const MatchSettings& settings) {
  const ModelSettings model = with_model(settings, ModelTask::kMatch);
  const auto configure_encoder = [settings, model](GstElement* encoder) {
    set_model_properties(encoder, model);
    set_gate_properties(encoder, settings);
    set_property(encoder, "fps", settings.fps);
    set_property(encoder, "post-messages", false);
  };
  const auto configure_filter = [settings, model](GstElement* filter) {
    set_model_properties(filter, model);
    set_gate_properties(filter, settings);
    if (!settings.texts.empty()) set_property(filter, "queries", joined(settings.texts));
    if (!settings.queries_file.empty()) set_property(filter, "queries-file", settings.queries_file);
    set_property(filter, "itm-token", settings.itm_token);
    set_property(filter, "threshold", settings.threshold);
    set_property(filter, "threshold-off", settings.end_threshold());
    set_property(filter, "k", std::int64_t{settings.k});
    set_property(filter, "frames", std::int64_t{settings.frames});
    set_property(filter, "window", static_cast<std::uint64_t>(settings.window.value_or(0)));
    set_property(filter, "overlap", static_cast<std::uint64_t>(settings.overlap.value_or(0)));
    set_property(filter, "post-messages", false);
  };
  return {{"blipencoder", configure_encoder}, {"blipfilter", configure_filter}};
}

// A picture is no window of several.
MatchSettings for_pictures(MatchSettings settings) {
  settings.frames = 1;
  settings.window = settings.overlap = std::nullopt;
  return settings;
}

// Four digits are more than the model means.
std::string rounded(double probability) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(4) << probability;
  return out.str();
}

TimedRecord span_record(const MatchSpan& span) {
  TimedRecord record;
  record.start = span.start;
  record.end = span.end;
  record.text = span.text;
  record.remark = "best " + rounded(span.best) + ", mean " + rounded(span.mean);
  record.details = {{"best", rounded(span.best)}, {"mean", rounded(span.mean)}};
  return record;
}

TimedRecord scores_record(const MatchRecord& match) {
  TimedRecord record;
  record.start = match.start;
  record.end = match.end;
  record.text = match.matched;
  record.details = {{"scores", match.scores_json}};
  return record;
}

void match_one(const MatchSettings& settings, RecordRun& analysis, SourceRun& source) {
  MatchSpans spans;
  const auto write = [&source](const std::vector<MatchSpan>& found) {
    for (const MatchSpan& span : found) source.write(span_record(span));
  };
  analysis.read(source, [&](const std::string& json) {
    const MatchRecord match = parse_match_record(json);
    if (settings.scores)
      source.write(scores_record(match));
    else
      write(spans.add(match));
  });
  write(spans.finish());
}

}  // namespace

int run_match_job(const MatchSettings& settings, Console& console) {
  settings.validate();
  gst_init(nullptr, nullptr);
  const ModelSettings model = with_model(settings, ModelTask::kMatch);
  RecordRun videos(elements_for(settings), model, settings.auto_orient);
  RecordRun pictures(elements_for(for_pictures(settings)), model, settings.auto_orient);
  return FileJob(settings, console).run([&](SourceRun& source) {
    match_one(settings, source.still ? pictures : videos, source);
  });
}

}  // namespace blip
