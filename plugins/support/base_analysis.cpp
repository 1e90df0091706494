#include "plugins/support/base_state.h"
#include "plugins/support/element_messages.h"
#include "plugins/support/engine_loader.h"
#include "plugins/support/flow_guard.h"

namespace blip {
namespace {

constexpr int kMaxFailuresInARow = 5;

bool open_model(BaseState& state) {
  ModelOptions options = state.settings.copy().model;
  if (options.model.empty()) options.model = default_model();
  post_progress(state.element, GST_PROGRESS_TYPE_START, "Opening model " + options.model);
  const auto outcome = state.analysis->open(*state.engine, options);
  if (!outcome.ok()) {
    post_progress(state.element, GST_PROGRESS_TYPE_ERROR, outcome.failure().message);
    post_error(state.element, outcome.failure());
    return false;
  }
  post_progress(state.element, GST_PROGRESS_TYPE_COMPLETE, "Opened model " + options.model);
  for (const std::string& warning : outcome.value()) post_warning(state.element, warning);
  return true;
}

Outcome<Finding> analyse(const FrameJob& job) {
  const auto view = FrameView::map(job.buffer.get(), *job.format, job.orientation);
  if (!view.ok()) return view.failure();
  return job.task(view.value()->image());
}

// False when there is no point in going on: wrong settings, or one failure after the other.
bool deliver_failure(BaseState& state, const FrameJob& job, const Failure& failure) {
  ++state.counters.failed;
  state.text.resolve(job.id, nullptr);
  ++state.failures_in_a_row;
  const bool settings = failure.kind == ErrorKind::kInvalidArgument || failure.kind == ErrorKind::kUnsupported;
  if (settings || state.failures_in_a_row >= kMaxFailuresInARow) {
    post_error(state.element, failure);
    return false;
  }
  post_warning(state.element, "one frame is left out: " + failure.message);
  return true;
}

void measure(BaseState& state, const FrameJob& job) {
  if (!job.live) return;
  const auto delay = std::chrono::steady_clock::now() - job.submitted;
  if (!state.latency_meter.add(delay)) return;
  state.latency = state.latency_meter.promised().count();
  gst_element_post_message(state.element, gst_message_new_latency(GST_OBJECT(state.element)));
}

bool deliver(BaseState& state, const FrameJob& job, const Outcome<Finding>& outcome) {
  if (!outcome.ok()) return deliver_failure(state, job, outcome.failure());
  ++state.counters.analysed;
  state.failures_in_a_row = 0;
  const auto finding = std::make_shared<const Finding>(outcome.value());
  state.text.resolve(job.id, finding);
  if (state.settings.copy().post_messages) {
    post_finding(state.element, state.analysis->message_name(), job.times, state.source(), *finding);
  }
  measure(state, job);
  return true;
}

}  // namespace

AnalysisWorker::Hooks base_worker_hooks(BaseState& state) {
  return {
      [&state] { return guarded(state.element, false, [&] { return open_model(state); }); },
      [&state](const FrameJob& job) {
        const auto begin = std::chrono::steady_clock::now();
        auto outcome =
            guarded(state.element, Outcome<Finding>(Failure{ErrorKind::kFailed, "the analysis was broken off"}),
                    [&] { return analyse(job); });
        const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - begin;
        state.counters.analysis_time += static_cast<std::uint64_t>(took.count());
        return outcome;
      },
      [&state](const FrameJob& job, const Outcome<Finding>& outcome) {
        return guarded(state.element, false, [&] { return deliver(state, job, outcome); });
      },
  };
}

}  // namespace blip
