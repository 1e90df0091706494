#include "pipelines/asking/question_model.h"

#include <algorithm>
#include <utility>

#include "pipelines/elements/installation.h"
#include "pipelines/records/model_failure.h"
#include "plugins/support/engine_loader.h"

namespace blip {
namespace {

constexpr std::size_t kRankedClosely = 128;  // k_test of the original's configs/vqa.yaml

template <class T>
T value_of(Outcome<T>&& outcome) {
  if (!outcome.ok()) throw Error(outcome.failure().kind, outcome.failure().message);
  return std::move(outcome.value());
}

std::shared_ptr<Model> open_model(const ModelSettings& settings) {
  ModelOptions options;
  options.model = settings.model.empty() ? default_model(program_directory(), ModelTask::kAnswer) : settings.model;
  options.vocab = settings.vocab;
  options.config = settings.config;
  options.device = settings.device;
  options.precision = settings.precision;
  options.num_threads = settings.num_threads;
  auto model = value_of(value_of(load_engine(plugin_folder(program_directory())))->open(options));
  if (!model->abilities().answer)
    throw Error(ErrorKind::kUnsupported, "'" + model->name() + "' is a " + model->abilities().layout +
                                             " checkpoint and answers no questions; use a VQA checkpoint, such as "
                                             "Salesforce/blip-vqa-base");
  return model;
}

}  // namespace

QuestionModel::QuestionModel(const ModelSettings& settings) {
  try {
    model_ = open_model(settings);
    stream_ = value_of(model_->open_stream({}));
  } catch (const Error& e) {
    throw ModelFailure(e.kind(), e.what());
  }
}

std::vector<std::shared_ptr<const ImageFeatures>> QuestionModel::encode(std::span<const ImageView> pictures) {
  return value_of(stream_->encode(pictures));
}

FoundAnswer QuestionModel::answer(const Clip& clip, const std::string& question, const AskSettings& settings,
                                  const std::vector<std::string>& list) {
  AnswerOptions options;
  options.generation.num_beams = settings.num_beams;
  options.generation.min_length = settings.min_length;
  options.generation.max_length = settings.max_length;
  FoundAnswer found;
  found.question = question;
  if (list.empty()) {
    Answer answer = value_of(stream_->answer({&clip, 1}, question, options)).at(0);
    found.text = std::move(answer.text);
    found.score = answer.score;
    found.confidence = answer.confidence;
    found.token_ids = std::move(answer.token_ids);
    return found;
  }
  const RankedAnswer best =
      value_of(stream_->rank(clip, question, list, std::min(kRankedClosely, list.size()), options)).at(0);
  found.text = list.at(best.index);
  found.index = static_cast<std::int64_t>(best.index);
  found.loss = best.loss;
  found.first_token_probability = best.first_token_probability;
  return found;
}

}  // namespace blip
