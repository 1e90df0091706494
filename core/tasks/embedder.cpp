#include "core/tasks/embedder.h"

#include <algorithm>
#include <cmath>

#include "core/tasks/task_texts.h"
#include "core/text/token_padding.h"

namespace blip {

Matrix unit_rows(Matrix matrix) {
  for (std::int64_t r = 0; r < matrix.rows; ++r) {
    double sum = 0;
    for (const float value : matrix.row(r)) sum += static_cast<double>(value) * value;
    const auto norm = static_cast<float>(std::max(std::sqrt(sum), 1e-12));
    for (float& value : matrix.row(r)) value /= norm;
  }
  return matrix;
}

Matrix embed_clips(LoadedModel& model, std::span<const Clip> clips) {
  return unit_rows(model.backend->project_images(clips));
}

std::vector<std::vector<std::int64_t>> embedding_ids(const LoadedModel& model, std::span<const std::string> texts,
                                                     std::int64_t max_tokens) {
  const auto family = task_texts(model);
  std::vector<std::vector<std::int64_t>> ids;
  for (const std::string& text : texts) ids.push_back(family->embedding_ids(text, max_tokens));
  return ids;
}

Matrix embed_texts(LoadedModel& model, std::span<const std::string> texts, std::int64_t max_tokens) {
  return unit_rows(model.backend->project_texts(pad_texts(embedding_ids(model, texts, max_tokens), model.pad_token())));
}

}  // namespace blip
