#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/matrix.h"
#include "core/tasks/engine_api.h"
#include "plugins/queries/query.h"

namespace blip {

// Dot product of two vectors of one length.
double dot(std::span<const float> a, std::span<const float> b);

// How similar a clip is to a text [E]: the largest dot product with one of its embeddings, which lie row after row in
// `rows`. BLIP has one a clip, BLIP-2 one a query of its Q-Former.
double similarity(std::span<const float> rows, std::span<const float> text);

// ITC embeddings of queries, made once and kept until the queries change. Not thread-safe.
class QueryEmbeddings {
 public:
  // `templates`: each query is put in the place of {} in each of them; the embedding is the mean over the templates, at
  // unit length (prompt ensembling, CLIP, arXiv 2103.00020 section 3.1.4). `version` tells the queries apart. Fails
  // with what the model says, and with kInvalidArgument for a template without {}.
  std::optional<Failure> update(Stream& stream, const std::vector<Query>& queries, std::uint64_t version,
                                const std::vector<std::string>& templates);
  // [queries, E] float, unit length.
  const Matrix& matrix() const { return matrix_; }
  void reset();

 private:
  Matrix matrix_;
  std::optional<std::uint64_t> version_;
  std::vector<std::string> templates_;
};

}  // namespace blip
