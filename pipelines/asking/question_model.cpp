#include "pipelines/asking/question_model.h"

#include <algorithm>
#include <utility>

#include "pipelines/elements/engine_model.h"
#include "pipelines/records/model_failure.h"

namespace blip {
namespace {

constexpr std::size_t kRankedClosely = 128;  // k_test of the original's configs/vqa.yaml

template <class T>
T value_of(Outcome<T>&& outcome) {
  if (!outcome.ok()) throw Error(outcome.failure().kind, outcome.failure().message);
  return std::move(outcome.value());
}

}  // namespace

void check_answers(const Model& model, const AskSettings& settings) {
  const ModelAbilities& can = model.abilities();
  if (!can.answer)
    throw ModelFailure(ErrorKind::kUnsupported, "'" + model.name() + "' is a " + can.layout +
                                                    " checkpoint and answers no questions; use a VQA checkpoint, such "
                                                    "as Salesforce/blip-vqa-base");
  const char* option = !settings.instruction.empty() ? "--instruction"
                       : !settings.prompt.empty()    ? "--prompt"
                                                     : nullptr;
  if (option != nullptr && !can.instruct)
    throw ModelFailure(ErrorKind::kUnsupported, std::string(option) + " means nothing to '" + model.name() + "', a " +
                                                    can.layout +
                                                    " checkpoint; use a BLIP-2 with a language model, such "
                                                    "as Salesforce/blip2-opt-2.7b");
}

QuestionModel::QuestionModel(const AskSettings& settings)
    : model_(open_engine_model(with_model(settings, ModelTask::kAnswer))) {
  check_answers(*model_, settings);
  auto stream = model_->open_stream({});
  if (!stream.ok()) throw ModelFailure(stream.failure().kind, stream.failure().message);
  stream_ = std::move(stream.value());
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
  options.generation.length_penalty = settings.length_penalty;
  options.prompt = settings.instruction.empty() ? settings.prompt : "{}";
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
