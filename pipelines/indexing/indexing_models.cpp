#include "pipelines/indexing/indexing_models.h"

#include <array>
#include <filesystem>
#include <system_error>

#include "core/index/vectors/embedding_rows.h"
#include "pipelines/elements/engine_model.h"
#include "pipelines/records/model_failure.h"
#include "pipelines/terminal/clock_text.h"

namespace blip {
namespace {

constexpr std::int64_t kMostFeatureBytes = 64 * 1024;  // a frame, in half precision; larger ones are not kept unasked

template <class T>
T& value_of(Outcome<T>&& outcome) {
  if (!outcome.ok()) throw ModelFailure(outcome.failure().kind, outcome.failure().message);
  return outcome.value();
}

// A path that means the same from everywhere; names of models stay.
std::string lasting_name(const std::string& model) {
  std::error_code error;
  return std::filesystem::exists(model, error) ? std::filesystem::absolute(model).lexically_normal().string() : model;
}

std::int64_t text_embedding_size(Model& model) {
  const auto stream = std::move(value_of(model.open_stream({})));
  const std::array<std::string, 1> text{"a"};
  return value_of(stream->embed_texts(text)).columns;
}

std::string embedder_name(const AddSettings& settings, const std::optional<IndexModels>& known) {
  if (!settings.model.empty()) return settings.model;
  return known ? known->embedder_model : default_model(program_directory(), ModelTask::kMatch);
}

// Empty: no captions.
std::string captioner_name(const AddSettings& settings, const std::optional<IndexModels>& known,
                           const std::string& embedder) {
  if (!settings.captions) return {};
  if (!settings.caption_model.empty()) return settings.caption_model;
  if (!settings.model.empty()) return embedder;
  return known ? known->captioner_model : default_model(program_directory(), ModelTask::kCaption);
}

bool keeps_features(KeepFeatures choice, const ModelAbilities& abilities) {
  if (choice != KeepFeatures::kAuto) return choice == KeepFeatures::kOn;
  constexpr std::int64_t kHalf = 2;
  return abilities.match && abilities.feature_tokens * abilities.feature_width * kHalf <= kMostFeatureBytes;
}

[[noreturn]] void lacks(const std::string& model, const ModelAbilities& abilities, const std::string& what) {
  throw ModelFailure(ErrorKind::kUnsupported,
                     "'" + model + "' is a " + abilities.layout + " checkpoint, which " + what);
}

}  // namespace

IndexingModels open_indexing_models(const AddSettings& settings, const std::optional<IndexModels>& known) {
  IndexingModels models;
  AnalysisModels& analysis = models.analysis;
  analysis.embedder = settings;
  analysis.embedder.model = embedder_name(settings, known);
  models.embedder = open_engine_model(analysis.embedder);
  const ModelAbilities& abilities = models.embedder->abilities();
  if (!abilities.embed)
    lacks(analysis.embedder.model, abilities,
          "makes no embeddings to search by; use a retrieval or pre-training checkpoint (--model)");

  const std::string captioner = captioner_name(settings, known, analysis.embedder.model);
  if (!captioner.empty()) {
    analysis.one_model = captioner == analysis.embedder.model;
    analysis.captioner = analysis.embedder;
    analysis.captioner->model = captioner;
    if (!analysis.one_model) analysis.captioner->config.clear();
    models.captioner = analysis.one_model ? models.embedder : open_engine_model(*analysis.captioner);
    if (!models.captioner->abilities().caption)
      lacks(captioner, models.captioner->abilities(),
            "writes no captions; name one that does with --caption-model, or index without: --no-captions");
  }

  analysis.keep_features = keeps_features(settings.features, abilities);
  models.index.embedder = abilities.embedder_id;
  models.index.embedder_model = lasting_name(analysis.embedder.model);
  models.embeddings = abilities.embeddings_per_clip;
  models.index.embedding_size = packed_embedding_size(text_embedding_size(*models.embedder), models.embeddings);
  if (models.captioner) {
    models.index.captioner = models.captioner->abilities().vision_id;
    models.index.captioner_model = lasting_name(captioner);
  }
  if (analysis.keep_features) models.index.features = abilities.vision_id;
  return models;
}

std::string IndexingModels::recipe(const AddSettings& settings, const std::string& subtitles) const {
  std::string text = "interval " + seconds_text(settings.interval) + ", repeats " + settings.repeats.gate;
  if (settings.repeats.gate == "similar") text += " " + std::to_string(settings.repeats.gate_threshold);
  text += ", embedder " + index.embedder + ", captioner " + index.captioner + ", precision " + settings.precision;
  if (analysis.keep_features) text += ", features " + index.features;
  if (!subtitles.empty()) text += ", subtitles " + subtitles;
  return text;
}

}  // namespace blip
