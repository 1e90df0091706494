#include <utility>

#include "plugins/support/base_state.h"
#include "plugins/support/element_messages.h"
#include "plugins/support/engine_loader.h"

namespace blip {
namespace {

Outcome<std::vector<std::string>> open(BaseState& state, const ModelOptions& options) {
  const auto settings = state.settings.snapshot();
  state.engine->set_cache_budget(settings->cache_size);
  auto opened = state.engine->open(options);
  if (!opened.ok()) return opened.failure();
  std::shared_ptr<Model> model = opened.value();
  auto accepted = state.analysis->accept(*model);
  if (!accepted.ok()) return accepted.failure();
  StreamOptions stream;
  stream.batch_size = static_cast<int>(settings->batch_size);
  stream.batch_timeout = std::chrono::milliseconds(settings->batch_timeout);
  stream.live = state.live;
  auto way = model->open_stream(stream);
  if (!way.ok()) return way.failure();
  std::vector<std::string> warnings = model->warnings();
  for (std::string& warning : accepted.value()) warnings.push_back(std::move(warning));
  state.open_model.set(std::move(model), std::move(way.value()));
  return warnings;
}

}  // namespace

void OpenModel::set(std::shared_ptr<Model> model, std::unique_ptr<Stream> stream) {
  std::shared_ptr<Stream> next = std::move(stream);
  const std::lock_guard lock(mutex_);
  model_.swap(model);
  stream_.swap(next);
  if (stream_ && cancelled_) stream_->cancel();
}

std::shared_ptr<Model> OpenModel::model() const {
  const std::lock_guard lock(mutex_);
  return model_;
}

std::shared_ptr<Stream> OpenModel::stream() const {
  const std::lock_guard lock(mutex_);
  return stream_;
}

void OpenModel::cancel(bool cancelled) {
  const std::lock_guard lock(mutex_);
  cancelled_ = cancelled;
  if (!stream_) return;
  if (cancelled) {
    stream_->cancel();
  } else {
    stream_->resume();
  }
}

bool open_model(BaseState& state) {
  ModelOptions options = state.settings.copy().model;
  if (options.model.empty()) options.model = default_model();
  const bool quiet = state.opens_quietly;
  if (!quiet) post_progress(state.element, GST_PROGRESS_TYPE_START, "Opening model " + options.model);
  const auto outcome = open(state, options);
  if (!outcome.ok()) {
    if (!quiet) post_progress(state.element, GST_PROGRESS_TYPE_ERROR, outcome.failure().message);
    // An element that has a model goes on with it.
    if (!state.open_model.model()) {
      post_error(state.element, outcome.failure());
      return false;
    }
    post_warning(state.element, "the model stays as it was: " + outcome.failure().message);
    return true;
  }
  if (quiet) return true;
  post_progress(state.element, GST_PROGRESS_TYPE_COMPLETE, "Opened model " + options.model);
  for (const std::string& warning : outcome.value()) post_warning(state.element, warning);
  return true;
}

}  // namespace blip
