#include <algorithm>
#include <utility>

#include "plugins/support/base_state.h"
#include "plugins/support/element_messages.h"
#include "plugins/support/flow_guard.h"
#include "plugins/support/gst_structure_of.h"

namespace blip {
namespace {

// A job on its way through the model.
struct Work {
  AnalysisInput input;
  std::unique_ptr<const FrameView> view;  // its pixels, mapped as long as this lives; where there are any to be read
  bool fresh = false;                     // the model looks at it
};

// What can be told of the job before the model looks at anything.
Outcome<Work> begin_work(BaseState& state, const FrameJob& job) {
  Work work;
  work.input.times = job.times;
  work.input.source = state.source();
  const SampledFrame& frame = job.frames.front();
  for (const SampledFrame& one : job.frames) {
    if (one.features) work.input.features.push_back(one.features.content());
  }
  const bool reads_features = state.analysis->reads_features();
  const bool compared = state.settings.snapshot()->gate.rule == GateRule::kSimilar && job.frames.size() == 1;
  if (frame.buffer == nullptr || (reads_features && !compared)) return work;
  auto view = FrameView::map(frame.buffer.get(), *frame.format, frame.orientation);
  if (!view.ok()) return view.failure();
  work.view = std::move(view.value());
  if (!reads_features) work.input.image = &work.view->image();
  return work;
}

// Looks whether the job repeats the last one that the model looked at; if not, it is the one to compare with from now
// on.
std::optional<Failure> pass_gate(BaseState& state, FrameJob& job, Work& work) {
  const GateOptions options = state.settings.snapshot()->gate;
  const ImageView* picture = work.view ? &work.view->image() : nullptr;
  Asked asked = state.analysis->asked(job.settings, work.input);
  job.repeat = work.input.repeat = state.gate.compare(job, picture, asked, options);
  if (job.repeat != Repeat::kNone) return std::nullopt;
  if (state.analysis->reads_features()) {
    auto features = read_features(state, job);
    if (!features.ok()) return features.failure();
    work.input.features = std::move(features.value());
  }
  work.fresh = true;
  state.gate.keep(job, picture, std::move(asked), options);
  return std::nullopt;
}

void keep_promise(const FrameJob& job, const AnalysisInput& input, const Model& model) {
  if (!job.promise.handle() || !input.made) return;
  const ModelAbilities& abilities = model.abilities();
  const bool features = input.made->image != nullptr;
  job.promise.handle().complete(abilities.vision_id, features ? static_cast<guint>(abilities.feature_tokens) : 0,
                                features ? static_cast<guint>(abilities.feature_width) : 0, input.made);
}

// Where several fail together they are tried one by one, so that one bad frame costs its own result only.
std::vector<Outcome<Seen>> look(Analysis& analysis, Stream& stream, const void* settings,
                                std::span<const AnalysisInput> inputs) {
  if (inputs.empty()) return {};
  auto seen = analysis.look(stream, settings, inputs);
  const bool all_failed = std::all_of(seen.begin(), seen.end(), [](const Outcome<Seen>& outcome) {
    return !outcome.ok() && outcome.failure().kind == ErrorKind::kFailed;
  });
  if (inputs.size() < 2 || !all_failed) return seen;
  seen.clear();
  for (const AnalysisInput& input : inputs) seen.push_back(analysis.look(stream, settings, {&input, 1}).at(0));
  return seen;
}

// What came before does not count any more for a job of another part of the stream, or once the model is opened anew.
void prepare_for(BaseState& state, const FrameJob& job) {
  if (state.reload.exchange(false)) {
    open_model(state);
    state.gate.reset();
  }
  if (state.analysed_part != job.stream_part) {
    state.analysis->restart();
    state.gate.reset();
    state.analysed_part = job.stream_part;
  }
  if (state.gate.seen() == nullptr) state.gate.reset();  // the last analysis was broken off
}

// What the job repeats could not be looked at.
Outcome<Seen> look_alone(BaseState& state, Stream& stream, FrameJob& job, AnalysisInput& input) {
  if (state.analysis->reads_features()) {
    auto features = read_features(state, job);
    if (!features.ok()) return features.failure();
    input.features = std::move(features.value());
  }
  job.repeat = input.repeat = Repeat::kNone;
  return state.analysis->look(stream, job.settings.get(), {&input, 1}).at(0);
}

// A job that repeats an earlier one has what the model says of that; where that one fails, it is looked at itself.
std::vector<Outcome<Finding>> analyse(BaseState& state, std::span<FrameJob> jobs) {
  prepare_for(state, jobs.front());
  const auto stream = state.open_model.stream();
  const auto model = state.open_model.model();
  const void* settings = jobs.front().settings.get();
  std::vector<Outcome<Finding>> outcomes(jobs.size(), Failure{ErrorKind::kCancelled, "not analysed"});
  std::vector<std::optional<Work>> works(jobs.size());
  std::vector<AnalysisInput> fresh;
  Outcome<Seen> seen = state.gate.seen();
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    auto work = begin_work(state, jobs[i]);
    const auto failure = work.ok() ? pass_gate(state, jobs[i], work.value()) : work.failure();
    if (failure) {
      outcomes[i] = *failure;
      continue;
    }
    if (work.value().fresh) fresh.push_back(work.value().input);
    works[i] = std::move(work.value());
  }
  bool tried_again = false;
  auto looks = look(*state.analysis, *stream, settings, fresh);
  auto next = looks.begin();
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (!works[i]) continue;
    AnalysisInput& input = works[i]->input;
    if (works[i]->fresh) {
      if (next == looks.end()) break;
      seen = std::move(*next++);
    } else if (!seen.ok() && seen.failure().kind == ErrorKind::kFailed) {
      seen = look_alone(state, *stream, jobs[i], input);
      tried_again = true;
    }
    outcomes[i] = seen.ok() ? state.analysis->conclude(*stream, settings, input, seen.value()) : seen.failure();
    keep_promise(jobs[i], input, *model);
  }
  if (seen.ok() && !tried_again) {
    state.gate.keep_seen(seen.value());
  } else {
    state.gate.reset();
  }
  return outcomes;
}

// The frame passes, whatever the gate was to be.
void resolve_without(BaseState& state, const FrameJob& job, bool open_gate) {
  state.text.resolve(job.id, nullptr);
  FrameResult result;
  result.stream_time = job.times.stream_time;
  if (open_gate) result.gate = Gate{};
  state.video.resolve(job.id, open_gate ? std::make_shared<const FrameResult>(std::move(result)) : nullptr);
}

// False when there is no point in going on: wrong settings, or one failure after the other.
bool deliver_failure(BaseState& state, const FrameJob& job, const Failure& failure) {
  const bool unwanted = failure.kind == ErrorKind::kCancelled;
  resolve_without(state, job, !unwanted && state.analysis->gates());
  if (unwanted) return true;
  ++state.counters.failed;
  ++state.failures_in_a_row;
  state.last_error.change([&](std::string& now) { now = failure.message; });
  const bool settings = failure.kind == ErrorKind::kInvalidArgument || failure.kind == ErrorKind::kUnsupported;
  if (settings || state.failures_in_a_row >= state.settings.snapshot()->max_errors) {
    post_error(state.element, failure);
    return false;
  }
  post_warning(state.element, "one frame is left out: " + failure.message);
  return true;
}

void measure(BaseState& state, const FrameJob& job) {
  if (!job.live) return;
  const std::chrono::nanoseconds delay = std::chrono::steady_clock::now() - job.submitted + job.span;
  const bool changed = state.latency_meter.add(delay);
  state.measured_latency = state.latency_meter.promised().count();
  const auto set = std::chrono::milliseconds(state.settings.snapshot()->latency);
  if (set.count() > 0) {
    if (delay > set && !std::exchange(state.told_delay, true)) {
      post_warning(state.element, "results come " + std::to_string(delay / std::chrono::milliseconds(1)) +
                                      " ms late, more than latency=" + std::to_string(set.count()) +
                                      "; set it higher, or to 0 to have it measured");
    }
  } else if (changed && (state.exact || state.current_text_pad())) {
    gst_element_post_message(state.element, gst_message_new_latency(GST_OBJECT(state.element)));
  }
}

Record told_fields(const Finding& finding) {
  Record fields{{"text", finding.text}};
  fields.insert(fields.end(), finding.context.begin(), finding.context.end());
  fields.insert(fields.end(), finding.fields.begin(), finding.fields.end());
  return fields;
}

bool deliver(BaseState& state, const FrameJob& job, const Outcome<Finding>& outcome) {
  if (!outcome.ok()) return deliver_failure(state, job, outcome.failure());
  ++state.counters.analysed;
  if (job.repeat == Repeat::kDuplicate) ++state.counters.gated_duplicate;
  if (job.repeat == Repeat::kSimilar) ++state.counters.gated_similar;
  state.failures_in_a_row = 0;
  const auto finding = std::make_shared<const Finding>(outcome.value());
  const std::string source = state.source();
  const Record fields = told_fields(*finding);
  FrameResult result;
  result.meta.reset(structure_of(state.analysis->result_name(), job.times, source, fields));
  result.gate = finding->gate;
  result.stream_time = job.times.stream_time;
  state.video.resolve(job.id, std::make_shared<const FrameResult>(std::move(result)));
  state.text.resolve(job.id, finding);
  if (state.settings.snapshot()->post_messages) {
    const char* message = state.analysis->message_name();
    if (message != nullptr && !finding->text.empty()) post_record(state.element, message, job.times, source, fields);
    for (const Notice& notice : finding->notices)
      post_record(state.element, notice.name, notice.times, source, notice.fields);
  }
  for (const std::string& warning : finding->warnings) post_warning(state.element, warning);
  measure(state, job);
  return true;
}

void skip(BaseState& state, const FrameJob& job) {
  state.text.drop(job.id);
  state.video.resolve(job.id, nullptr);
  // Who skipped it upstream has told.
  const bool lost =
      std::all_of(job.frames.begin(), job.frames.end(), [](const auto& frame) { return frame.dropped(); });
  if (lost) return;
  const std::uint64_t skipped = ++state.counters.skipped;
  post_skipped(state.element, job.times, state.counters.analysed, skipped);
}

}  // namespace

Outcome<std::vector<FrameFeaturesPtr>> read_features(BaseState& state, const FrameJob& job) {
  const auto model = state.open_model.model();
  const std::string& own = model->abilities().vision_id;
  const OnMismatch rule = state.settings.snapshot()->on_mismatch;
  std::vector<FrameFeaturesPtr> features;
  for (const SampledFrame& frame : job.frames) {
    const std::string made_by = frame.features.weights_id();
    FrameFeaturesPtr content = frame.features.content();
    if (content && !content->image)
      return Failure{ErrorKind::kUnsupported,
                     "blipencoder upstream has features=false: nothing can be read off frames"};
    if (content && made_by == own) {
      features.push_back(std::move(content));
      continue;
    }
    const std::string reason =
        "features on the frames were made with vision weights " + made_by + ", but '" + model->name() + "' has " + own;
    if (rule == OnMismatch::kError)
      return Failure{ErrorKind::kUnsupported,
                     reason + "; give both elements the same model, or set on-mismatch=recompute"};
    if (!std::exchange(state.told_mismatch, true))
      post_warning(state.element, reason + (rule == OnMismatch::kSkip ? "; frames pass without a result"
                                                                      : "; this element looks at the frames itself"));
    if (rule == OnMismatch::kSkip) return Failure{ErrorKind::kCancelled, reason};
    auto view = FrameView::map(frame.buffer.get(), *frame.format, frame.orientation);
    if (!view.ok()) return view.failure();
    auto made = state.open_model.stream()->encode({&view.value()->image(), 1});
    if (!made.ok()) return made.failure();
    features.push_back(std::make_shared<const FrameFeatures>(FrameFeatures{made.value().at(0), {}, {}}));
  }
  return features;
}

AnalysisWorker::Hooks base_worker_hooks(BaseState& state) {
  return {
      [&state] { return guarded(state.element, false, [&] { return open_model(state); }); },
      [&state](std::span<FrameJob> jobs) {
        const auto begin = std::chrono::steady_clock::now();
        const Outcome<Finding> broken(Failure{ErrorKind::kFailed, "the analysis was broken off"});
        auto outcomes = guarded(state.element, std::vector<Outcome<Finding>>(jobs.size(), broken),
                                [&] { return analyse(state, jobs); });
        const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - begin;
        state.counters.analysis_time += static_cast<std::uint64_t>(took.count());
        return outcomes;
      },
      [&state](const FrameJob& job, const Outcome<Finding>& outcome) {
        return guarded(state.element, false, [&] { return deliver(state, job, outcome); });
      },
      [&state](const FrameJob& job) { guarded(state.element, 0, [&] { return skip(state, job), 0; }); },
      [&state](bool cancelled) { state.open_model.cancel(cancelled); },
  };
}

}  // namespace blip
