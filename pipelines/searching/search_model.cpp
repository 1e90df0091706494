#include "pipelines/searching/search_model.h"

#include "core/index/vectors/embedding_rows.h"
#include "pipelines/records/model_failure.h"

namespace blip {
namespace {

constexpr std::size_t kTextsKept = 4096;

template <class T>
T value_of(Outcome<T>&& outcome) {
  if (!outcome.ok()) throw ModelFailure(outcome.failure().kind, outcome.failure().message);
  return std::move(outcome.value());
}

std::vector<float> only_row(const Matrix& matrix) {
  const auto row = matrix.row(0);
  return {row.begin(), row.end()};
}

}  // namespace

SearchModel::SearchModel(ModelSettings settings, OpenModel open)
    : settings_(std::move(settings)), open_(std::move(open)) {}

void SearchModel::need(const IndexModels& index) {
  const std::lock_guard lock(state_);
  if (model_ && checked_embedder_ == index.embedder) return;
  ModelSettings settings = settings_;
  const bool of_index = settings.model.empty();
  if (of_index) settings.model = index.embedder_model;
  if (!model_) {
    std::shared_ptr<Model> model;
    try {
      model = open_(settings);
    } catch (const Error& e) {
      const std::string hint = "; the index was made with it: give its place with --model, or index anew";
      throw ModelFailure(e.kind(), e.what() + (of_index ? hint : ""));
    }
    stream_ = value_of(model->open_stream({}));
    model_ = std::move(model);
  }
  const ModelAbilities& can = model_->abilities();
  if (!can.embed)
    throw ModelFailure(ErrorKind::kUnsupported, "'" + model_->name() + "' is a " + can.layout +
                                                    " checkpoint and makes no embeddings; use a retrieval or "
                                                    "pre-training checkpoint");
  if (can.embedder_id != index.embedder)
    throw ModelFailure(ErrorKind::kInvalidArgument,
                       "the index was made with '" + index.embedder_model + "' (embeddings " + index.embedder +
                           "), which '" + model_->name() + "' (" + can.embedder_id +
                           ") cannot be compared with; leave --model away, or index anew with it");
  checked_embedder_ = index.embedder;
}

std::shared_ptr<Stream> SearchModel::stream() const {
  const std::lock_guard lock(state_);
  return stream_;
}

const ModelAbilities& SearchModel::abilities() const {
  const std::lock_guard lock(state_);
  return model_->abilities();
}

const std::string& SearchModel::name() const {
  const std::lock_guard lock(state_);
  return model_->name();
}

std::vector<std::string> SearchModel::warnings() const {
  const std::lock_guard lock(state_);
  return model_->warnings();
}

std::uint64_t SearchModel::pictures_encoded() const {
  const std::lock_guard lock(state_);
  return model_ ? model_->counters().images_encoded : 0;
}

std::vector<float> SearchModel::embed_text(const std::string& text) {
  {
    const std::lock_guard lock(state_);
    if (const auto known = places_.find(text); known != places_.end()) {
      texts_.splice(texts_.begin(), texts_, known->second);
      return known->second->second;
    }
  }
  std::vector<float> embedding;
  {
    const std::lock_guard one_call(call_);
    embedding = only_row(value_of(stream()->embed_texts({&text, 1})));
  }
  const std::lock_guard lock(state_);
  if (!places_.contains(text)) {
    texts_.emplace_front(text, embedding);
    places_[text] = texts_.begin();
    if (texts_.size() > kTextsKept) {
      places_.erase(texts_.back().first);
      texts_.pop_back();
    }
  }
  return embedding;
}

std::vector<float> SearchModel::embed_picture(const ImageView& picture) {
  const Clip clip{encode({&picture, 1})};
  const std::lock_guard one_call(call_);
  const Matrix embeddings = value_of(stream()->embed_clips({&clip, 1}));
  return packed_embedding(embeddings.values, embeddings.rows);
}

std::vector<SearchModel::Features> SearchModel::encode(std::span<const ImageView> pictures) {
  const std::lock_guard one_call(call_);
  return value_of(stream()->encode(pictures));
}

std::vector<SearchModel::Features> SearchModel::restore(std::span<const Matrix> features) {
  const std::lock_guard one_call(call_);
  return value_of(stream()->restore(features));
}

std::vector<MatchScore> SearchModel::match(const Clip& clip, std::span<const std::string> texts) {
  const std::lock_guard one_call(call_);
  return value_of(stream()->match(clip, texts, {}));
}

}  // namespace blip
