#include "training/data/batch_builder.h"

#include <algorithm>
#include <utility>

#include "core/base/error.h"

namespace blip {

void BatchBuilder::start(std::int64_t size) {
  const auto count = static_cast<std::size_t>(size);
  const auto floats = static_cast<std::size_t>(3 * transform_->side() * transform_->side());
  places_.resize(count);
  const auto stored = static_cast<std::size_t>(state_size_.numbers());
  states_.resize(count * stored);
  images_.resize(stored > 0 ? 0 : count * floats);
  second_images_.resize(texts_->options().pairs ? count * floats : 0);
}

void BatchBuilder::fill(std::int64_t place, Sample& sample, RandomStream& random) {
  const bool pairs = texts_->options().pairs;
  if (pairs && (sample.second_image.pixels.empty() || sample.label < 0))
    throw Error(ErrorKind::kInvalidData, "sample '" + sample.id + "' has no second picture with a label");
  Place& filled = places_[static_cast<std::size_t>(place)];
  filled.text = texts_->prepare(sample, random);
  const auto at = static_cast<std::size_t>(place * 3 * transform_->side() * transform_->side());
  if (state_size_.numbers() > 0) {
    if (sample.state_size != state_size_)
      throw Error(ErrorKind::kInvalidData, "sample '" + sample.id + "' has no stored states of this size");
    std::copy(sample.states.begin(), sample.states.end(), states_.begin() + place * state_size_.numbers());
  } else {
    transform_->apply(sample.image, random, images_.data() + at);
  }
  if (pairs) transform_->apply(sample.second_image, random, second_images_.data() + at);
  filled.id = std::move(sample.id);
  filled.answers = std::move(sample.answers);
  filled.image_index = sample.image_index;
  filled.label = sample.label;
}

void BatchBuilder::finish(Batch& batch) {
  const TextOptions& options = texts_->options();
  batch.size = static_cast<std::int64_t>(places_.size());
  batch.side = transform_->side();
  batch.images.swap(images_);
  batch.states.swap(states_);
  batch.state_tokens = state_size_.tokens;
  batch.state_width = state_size_.width;
  batch.second_images.swap(second_images_);
  batch.ids.clear();
  batch.image_indices.clear();
  batch.answer_counts.clear();
  batch.answer_weights.clear();
  batch.labels.clear();
  batch.prompt_tokens.clear();
  const bool of_language_model = texts_->is_of_language_model();
  if (!options.prompt.empty() && !of_language_model) batch.prompt_tokens.push_back(texts_->prompt_tokens());

  std::vector<std::vector<std::int64_t>> texts, answers;
  for (Place& place : places_) {
    batch.ids.push_back(std::move(place.id));
    batch.image_indices.push_back(place.image_index);
    texts.push_back(std::move(place.text.ids));
    if (of_language_model) batch.prompt_tokens.push_back(place.text.prompt_tokens);
    if (options.pairs) batch.labels.push_back(place.label);
    if (of_language_model)
      for (auto& ids : place.text.answers) answers.push_back(std::move(ids));
    if (!options.answers) continue;
    batch.answer_counts.push_back(static_cast<std::int64_t>(place.answers.size()));
    for (const WeightedAnswer& answer : place.answers) batch.answer_weights.push_back(answer.weight);
    for (auto& ids : place.text.answers) answers.push_back(std::move(ids));
  }
  batch.texts = texts_->pad(texts);
  batch.answers = answers.empty() ? TokenBatch{} : texts_->pad(answers);
}

}  // namespace blip
