#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/index/index_reader.h"
#include "pipelines/options/model_settings.h"
#include "pipelines/searching/search_request.h"

namespace blip {

// Searches one index: the ITC scan, the words of captions, and ITM over the best candidates. Opens the model when a
// request first needs it, and its vision part only when a picture or a frame without kept features has to be looked
// at. Safe from any thread: searches run beside each other, the model's part one after the other.
class Searcher {
 public:
  // model.model empty: the one the index was made with. Throws what IndexReader throws.
  Searcher(const std::filesystem::path& index, ModelSettings model);
  ~Searcher();
  Searcher(const Searcher&) = delete;
  Searcher& operator=(const Searcher&) = delete;

  // Follows what others have written meanwhile. Throws Error(kInvalidArgument) for a request that asks for nothing or
  // names a segment or video that is not there, ModelFailure when the model cannot be opened or is another one.
  SearchResult search(const SearchRequest& request);

  // ITC embedding [E] of a text (for standing queries), cached.
  std::vector<float> embed_text(const std::string& text);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace blip
