#include "pipelines/searching/searcher.h"

#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "pipelines/elements/engine_model.h"
#include "pipelines/searching/calibration.h"
#include "pipelines/searching/search_run.h"
#include "pipelines/searching/stop_clock.h"

namespace blip {

class Searcher::Impl {
 public:
  Impl(std::filesystem::path index, ModelSettings settings)
      : index_(std::move(index)),
        settings_(settings),
        model_(std::move(settings), open_engine_model),
        features_(model_) {
    give_back(std::make_unique<IndexReader>(index_));
  }

  SearchResult search(const SearchRequest& request);
  std::vector<float> embed_text(const std::string& text);

 private:
  using Reader = std::unique_ptr<IndexReader>;

  // A connection for one search; those that are not in use are kept.
  Reader take_reader();
  void give_back(Reader reader);
  const VectorIndex& vectors(const IndexReader& index);
  const SearchCalibration* calibration(const IndexModels& models, std::vector<std::string>& warnings);
  SearchResult search(const SearchRequest& request, const IndexReader& index);

  std::filesystem::path index_;
  ModelSettings settings_;
  SearchModel model_;
  SegmentFeatures features_;
  std::mutex readers_mutex_;
  std::vector<Reader> readers_;
  std::mutex vectors_mutex_;
  std::unique_ptr<VectorIndex> vectors_;
  std::mutex calibration_mutex_;
  bool calibration_read_ = false;
  std::optional<SearchCalibration> calibration_;
  std::vector<std::string> calibration_warnings_;
};

Searcher::Impl::Reader Searcher::Impl::take_reader() {
  {
    const std::lock_guard lock(readers_mutex_);
    if (!readers_.empty()) {
      Reader reader = std::move(readers_.back());
      readers_.pop_back();
      return reader;
    }
  }
  return std::make_unique<IndexReader>(index_);
}

void Searcher::Impl::give_back(Reader reader) {
  const std::lock_guard lock(readers_mutex_);
  readers_.push_back(std::move(reader));
}

const VectorIndex& Searcher::Impl::vectors(const IndexReader& index) {
  const std::lock_guard lock(vectors_mutex_);
  if (!vectors_)
    vectors_ = std::make_unique<VectorIndex>(index);
  else
    vectors_->refresh(index);
  return *vectors_;
}

// Read once: the index's own, else the model's. One that was made with another model says nothing.
const SearchCalibration* Searcher::Impl::calibration(const IndexModels& models, std::vector<std::string>& warnings) {
  const std::lock_guard lock(calibration_mutex_);
  if (!std::exchange(calibration_read_, true)) {
    const std::string model = settings_.model.empty() ? models.embedder_model : settings_.model;
    for (const auto& file : {calibration_beside_index(index_), calibration_beside_model(model)}) {
      std::error_code ignored;
      if (calibration_ || !std::filesystem::exists(file, ignored)) continue;
      try {
        SearchCalibration found = read_calibration(file);
        if (found.embedder == models.embedder)
          calibration_ = std::move(found);
        else if (file == calibration_beside_index(index_))
          calibration_warnings_.push_back(
              "'" + file.string() + "' was made with another model and is not used; run gst-blip index calibrate");
      } catch (const Error& e) {
        calibration_warnings_.push_back(std::string(e.what()) + "; ITM's own probabilities are used");
      }
    }
  }
  warnings.insert(warnings.end(), calibration_warnings_.begin(), calibration_warnings_.end());
  return calibration_ ? &*calibration_ : nullptr;
}

SearchResult Searcher::Impl::search(const SearchRequest& request, const IndexReader& index) {
  const auto models = index.models();
  std::vector<std::string> warnings;
  double total = 0, text = 0;
  SearchResult result;
  {
    const AddTime all(total);
    const SearchCalibration* known = models ? calibration(*models, warnings) : nullptr;
    std::optional<SearchPlan> plan;
    {
      const AddTime timer(text);
      if (models && needs_model(request)) {
        model_.need(*models);
        for (const std::string& warning : model_.warnings()) warnings.push_back(warning);
      }
      if (models)
        plan = plan_search(request, index, model_, known);
      else
        check_request(request);
    }
    if (plan) {
      const VectorIndex* rows = plan->query.vector.empty() || plan->query.words_required ? nullptr : &vectors(index);
      result = SearchRun(request, *plan, index, rows, model_, features_).run();
      if (rows != nullptr) {
        const VectorIndexState state = rows->state();
        result.looked_at = state.rows;
        if (!state.warning.empty()) warnings.push_back(state.warning);
      }
    } else {
      warnings.push_back("the index is empty; gst-blip index add PATH fills it");
    }
  }
  result.times.text = text;
  result.times.total = total;
  result.warnings.insert(result.warnings.begin(), warnings.begin(), warnings.end());
  return result;
}

SearchResult Searcher::Impl::search(const SearchRequest& request) {
  Reader reader = take_reader();
  SearchResult result = search(request, *reader);
  give_back(std::move(reader));  // one that failed is not used again
  return result;
}

std::vector<float> Searcher::Impl::embed_text(const std::string& text) {
  Reader reader = take_reader();
  const auto models = reader->models();
  give_back(std::move(reader));
  if (!models)
    throw Error(
        ErrorKind::kInvalidArgument,
        "the index '" + index_.string() + "' is empty, so that no model is settled; gst-blip index add fills it");
  model_.need(*models);
  return model_.embed_text(text);
}

Searcher::Searcher(const std::filesystem::path& index, ModelSettings model)
    : impl_(std::make_unique<Impl>(index, std::move(model))) {}
Searcher::~Searcher() = default;

SearchResult Searcher::search(const SearchRequest& request) {
  return impl_->search(request);
}

std::vector<float> Searcher::embed_text(const std::string& text) {
  return impl_->embed_text(text);
}

}  // namespace blip
