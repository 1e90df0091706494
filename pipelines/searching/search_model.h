#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/image_view.h"
#include "core/index/index_types.h"
#include "core/tasks/engine_api.h"
#include "pipelines/options/model_settings.h"

namespace blip {

// The model of a search. Opened when first asked for; safe from any thread, calls into it come one after the other.
class SearchModel {
 public:
  using Features = std::shared_ptr<const ImageFeatures>;
  using OpenModel = std::function<std::shared_ptr<Model>(const ModelSettings&)>;

  // settings.model empty: the one that the index was made with.
  SearchModel(ModelSettings settings, OpenModel open);

  // Opens the model unless it is open. Throws ModelFailure: it cannot be opened, it makes no embeddings, or its
  // embeddings are not those of the index (both are named).
  void need(const IndexModels& index);
  // As above have to be called first; all throw ModelFailure.
  const ModelAbilities& abilities() const;
  const std::string& name() const;
  std::vector<std::string> warnings() const;
  std::vector<float> embed_text(const std::string& text);      // [E], kept for the next time
  std::vector<float> embed_picture(const ImageView& picture);  // as an index keeps it: embedding_rows.h
  std::vector<Features> encode(std::span<const ImageView> pictures);
  std::vector<Features> restore(std::span<const Matrix> features);
  std::vector<MatchScore> match(const Clip& clip, std::span<const std::string> texts);
  std::uint64_t pictures_encoded() const;

 private:
  std::shared_ptr<Stream> stream() const;

  ModelSettings settings_;
  OpenModel open_;
  mutable std::mutex state_;  // of what follows
  std::shared_ptr<Model> model_;
  std::shared_ptr<Stream> stream_;
  std::string checked_embedder_;
  std::list<std::pair<std::string, std::vector<float>>> texts_;  // last used first
  std::unordered_map<std::string, decltype(texts_)::iterator> places_;
  std::mutex call_;  // one call into the stream at a time
};

}  // namespace blip
