#include "training/eval/task_measures.h"

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/engine/backend.h"
#include "core/tasks/frame_encoder.h"
#include "core/tasks/text_input.h"
#include "core/vision/jpeg_writer.h"
#include "core/vision/pillow_resize.h"
#include "training/eval/caption_score.h"
#include "training/eval/question_score.h"
#include "training/eval/retrieval_score.h"
#include "training/metrics/bleu.h"
#include "training/metrics/cider.h"
#include "training/metrics/ptb_tokenizer.h"

namespace blip {
namespace {

constexpr std::size_t kShown = 8;    // predictions to look at
constexpr int kThumbnailSide = 128;  // pixels, at most
constexpr double kAgreedShare = 0.3;

std::vector<Clip> encode(LoadedModel& model, std::span<const Sample> samples, RgbImage Sample::*picture) {
  std::vector<ImageView> views;
  for (const Sample& sample : samples) views.push_back((sample.*picture).view());
  std::vector<Clip> clips;
  for (auto& features : encode_frames(model, views)) clips.push_back({{std::move(features)}});
  return clips;
}

std::string thumbnail(const RgbImage& image) {
  const double scale = std::min(1.0, kThumbnailSide / static_cast<double>(std::max(image.width, image.height)));
  const auto scaled = [&](int side) { return std::max(1, static_cast<int>(side * scale)); };
  return encode_jpeg(pillow_resize(image, scaled(image.width), scaled(image.height)));
}

void show(const Sample& sample, std::string prediction, std::string truth, Evaluation& evaluation) {
  if (evaluation.samples.size() < kShown)
    evaluation.samples.push_back({thumbnail(sample.image), std::move(prediction), std::move(truth)});
}

std::vector<std::string> captions_of(const Sample& sample) {
  return sample.captions.empty() ? std::vector{sample.text} : sample.captions;
}

}  // namespace

Evaluation measure_captions(LoadedModel& model, const SampleReader& samples, const CaptionOptions& options) {
  Evaluation evaluation;
  std::vector<ScoredCaption> scored;
  samples.for_each([&](std::span<Sample> some) {
    const auto texts = write_captions(model, encode(model, some, &Sample::image), options);
    for (std::size_t i = 0; i < some.size(); ++i) {
      ScoredCaption one{ptb_words(texts[i]), {}};
      for (const std::string& text : captions_of(some[i])) one.references.push_back(ptb_words(text));
      scored.push_back(std::move(one));
      show(some[i], texts[i], captions_of(some[i]).front(), evaluation);
    }
  });
  const double cider_value = cider(scored).corpus, bleu_value = bleu(scored).back().corpus;
  evaluation.metrics = {
      {"val_cider", cider_value}, {"val_bleu4", bleu_value}, {"val_cider_bleu4", cider_value + bleu_value}};
  return evaluation;
}

Evaluation measure_retrieval(LoadedModel& model, const SampleReader& samples, std::size_t k) {
  Evaluation evaluation;
  RetrievalItems items;
  std::map<std::int64_t, std::size_t> clip_of_picture;  // by image_index
  samples.for_each([&](std::span<Sample> some) {
    auto clips = encode(model, some, &Sample::image);
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (some[i].image_index < 0)
        throw Error(ErrorKind::kInvalidData, some[i].id + ": has no number of its picture, which retrieval needs");
      if (!clip_of_picture.emplace(some[i].image_index, items.clips.size()).second) continue;
      for (std::string& text : captions_of(some[i])) {
        items.texts.push_back(std::move(text));
        items.clip_of_text.push_back(items.clips.size());
      }
      items.clips.push_back(std::move(clips[i]));
    }
  });
  const RetrievalScore score = measure_retrieval(model, items, k);
  evaluation.metrics = {{"val_text_recall", score.clip_to_text.mean()},
                        {"val_image_recall", score.text_to_clip.mean()},
                        {"val_recall", score.mean()}};
  return evaluation;
}

Evaluation measure_answers(LoadedModel& model, const SampleReader& samples) {
  Evaluation evaluation;
  double right = 0, all = 0;
  samples.for_each([&](std::span<Sample> some) {
    const auto clips = encode(model, some, &Sample::image);
    std::vector<ClipQuestion> questions;
    for (std::size_t i = 0; i < some.size(); ++i) questions.push_back({&clips[i], some[i].text});
    const auto answers = generate_answers(model, questions);
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (some[i].answers.empty()) throw Error(ErrorKind::kInvalidData, some[i].id + ": has no answers");
      const auto same = [&](const WeightedAnswer& answer) { return answer.text == answers[i]; };
      const auto found = std::find_if(some[i].answers.begin(), some[i].answers.end(), same);
      const bool sole = some[i].answers.size() == 1;
      if (found != some[i].answers.end()) right += sole ? 1 : std::min(1.0, found->weight / kAgreedShare);
      ++all;
      show(some[i], some[i].text + " " + answers[i], some[i].answers.front().text, evaluation);
    }
  });
  evaluation.metrics = {{"val_accuracy", right / all}};
  return evaluation;
}

Evaluation measure_statements(LoadedModel& model, const SampleReader& samples) {
  const SpecialTokens& special = model.tokenizer->vocabulary().special();
  Evaluation evaluation;
  double right = 0, all = 0;
  samples.for_each([&](std::span<Sample> some) {
    const auto first = encode(model, some, &Sample::image), second = encode(model, some, &Sample::second_image);
    for (std::size_t i = 0; i < some.size(); ++i) {
      const auto ids = with_first(caption_ids(*model.tokenizer, some[i].text, 0), FirstToken::kEncode, special);
      const ClipPairText pair{&first[i], &second[i], ids};
      const Matrix logits = model.backend->classify_pairs(std::span(&pair, 1));
      const bool found = logits.row(0)[1] > logits.row(0)[0], truth = some[i].label == 1;
      right += found == truth ? 1 : 0;
      ++all;
      show(some[i], some[i].text + ": " + (found ? "true" : "false"), truth ? "true" : "false", evaluation);
    }
  });
  evaluation.metrics = {{"val_accuracy", right / all}};
  return evaluation;
}

}  // namespace blip
