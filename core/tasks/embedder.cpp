#include "core/tasks/embedder.h"

#include <algorithm>
#include <cmath>

#include "core/tasks/text_input.h"

namespace blip {
namespace {

Matrix normalised(Matrix matrix) {
  for (std::int64_t r = 0; r < matrix.rows; ++r) {
    double sum = 0;
    for (const float value : matrix.row(r)) sum += static_cast<double>(value) * value;
    const auto norm = static_cast<float>(std::max(std::sqrt(sum), 1e-12));
    for (float& value : matrix.row(r)) value /= norm;
  }
  return matrix;
}

}  // namespace

Matrix embed_clips(LoadedModel& model, std::span<const Clip> clips) {
  return normalised(model.backend->project_images(clips));
}

Matrix embed_texts(LoadedModel& model, std::span<const std::string> texts, std::int64_t max_tokens) {
  std::vector<std::vector<std::int64_t>> ids;
  for (const std::string& text : texts) ids.push_back(caption_ids(model.tokenizer, text, max_tokens));
  return normalised(model.backend->project_texts(model.tokenizer.pad(ids)));
}

}  // namespace blip
