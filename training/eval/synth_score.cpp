#include "training/eval/synth_score.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "core/tasks/abilities.h"
#include "core/tasks/frame_encoder.h"
#include "training/eval/caption_score.h"
#include "training/eval/conversation_score.h"
#include "training/eval/match_score.h"
#include "training/eval/question_score.h"
#include "training/eval/retrieval_score.h"
#include "training/synth/truth.h"

namespace blip {
namespace {

Clip encode(LoadedModel& model, std::span<const RgbImage> images) {
  std::vector<ImageView> views;
  for (const RgbImage& image : images) views.push_back(image.view());
  return {encode_frames(model, views)};
}

Clip encode(LoadedModel& model, const RgbImage& image) {
  return encode(model, std::span(&image, 1));
}

void drop_derived(std::span<const Clip> clips) {
  for (const Clip& clip : clips)
    for (const auto& frame : clip.frames) frame->drop_derived();
}

std::vector<Clip> score_pictures(LoadedModel& model, std::span<const SynthPicture> pictures, const std::string& name,
                                 const SynthScoreOptions& options, Figures& figures) {
  options.progress(name);
  const ModelAbilities abilities = abilities_of(model.checkpoint);
  std::vector<Clip> clips;
  for (const SynthPicture& picture : pictures) clips.push_back(encode(model, picture.image));
  if (abilities.caption) {
    score_captions(write_captions(model, clips, measured_captions(3, options.prompt)), pictures,
                   name + ".captions.beam", name + ", captions by beam search", figures);
    score_captions(write_captions(model, clips, measured_captions(1, options.prompt)), pictures,
                   name + ".captions.greedy", name + ", greedy captions", figures);
  }
  if (abilities.match) score_matching(model, clips, pictures, name + ".itm", name + ", ITM", figures);
  if (abilities.answer) {
    std::vector<std::vector<synth::Question>> questions;
    for (const SynthPicture& picture : pictures) questions.push_back(picture.questions);
    score_questions(model, clips, questions, name + ".vqa", name + ", VQA", figures);
  }
  if (abilities.instruct)
    score_conversations(model, clips, pictures, options.turns, name + ".chat", name + ", conversations", figures);
  drop_derived(clips);
  return clips;
}

void score_image_retrieval(LoadedModel& model, const SynthSet& set, const SynthScoreOptions& options,
                           Figures& figures) {
  const auto chosen = choose_distinct(set, options.frames);
  if (chosen.size() < 2) return;
  options.progress("text-image retrieval");
  RetrievalItems items;
  for (const DistinctPicture& one : chosen) {
    items.clip_of_text.push_back(items.clips.size());
    items.clips.push_back(encode(model, one.picture->image));
    items.texts.push_back(one.text);
  }
  const RetrievalScore score = measure_retrieval(model, items, options.k), itc = measure_retrieval(model, items, 0);
  add_recalls(score.text_to_clip, chosen.size(), "text_image", "text to image", figures);
  add_recalls(score.clip_to_text, chosen.size(), "image_text", "image to text", figures);
  add_recalls(itc.text_to_clip, chosen.size(), "text_image.itc", "text to image, ITC only", figures);
}

void score_video_retrieval(LoadedModel& model, std::span<const SynthClip> clips, std::vector<Clip> videos,
                           const std::string& key, const std::string& label, const SynthScoreOptions& options,
                           Figures& figures) {
  RetrievalItems items;
  for (std::size_t i = 0; i < clips.size(); ++i) {
    items.texts.push_back(clips[i].caption);
    items.clip_of_text.push_back(i);
  }
  items.clips = std::move(videos);
  const RetrievalScore score = measure_retrieval(model, items, options.k), itc = measure_retrieval(model, items, 0);
  add_recalls(score.text_to_clip, clips.size(), "text_video" + key, "text to video" + label, figures);
  add_recalls(score.clip_to_text, clips.size(), "video_text" + key, "video to text" + label, figures);
  add_recalls(itc.text_to_clip, clips.size(), "text_video" + key + ".itc", "text to video" + label + ", ITC only",
              figures);
}

// `shots`: the features of SynthSet::shots.
void score_clips(LoadedModel& model, const SynthSet& set, std::span<const Clip> shots, const SynthScoreOptions& options,
                 Figures& figures) {
  const ModelAbilities abilities = abilities_of(model.checkpoint);
  if (set.clips.empty() || !(abilities.match || abilities.answer)) return;
  options.progress("clips");
  std::vector<Clip> spaced, middles;
  std::vector<std::vector<synth::Question>> questions;
  for (const SynthClip& clip : set.clips) {
    spaced.push_back(encode(model, clip.frames));
    Clip middle;
    for (const std::size_t shot : clip.shots) middle.frames.push_back(shots[shot].frames.front());
    middles.push_back(std::move(middle));
    questions.push_back(clip.questions);
  }
  if (abilities.answer) {
    score_questions(model, spaced, questions, "clips.vqa", "clips, VQA over 8 frames", figures);
    drop_derived(spaced);
    score_questions(model, middles, questions, "clips.vqa_shots", "clips, VQA over a frame of each shot", figures);
    drop_derived(middles);
  }
  if (abilities.match) {
    const std::span some(set.clips.data(), std::min(options.videos, set.clips.size()));
    for (auto* videos : {&spaced, &middles}) videos->resize(some.size());
    score_video_retrieval(model, some, std::move(spaced), "", ", 8 frames", options, figures);
    score_video_retrieval(model, some, std::move(middles), ".shots", ", a frame of each shot", options, figures);
  }
}

// A caption of the picture that can be told from all taken.
std::optional<synth::Statement> telling_caption(const SynthPicture& picture, const std::vector<DistinctPicture>& taken,
                                                const std::vector<synth::Statement>& statements) {
  for (const synth::Statement& other : statements)
    if (!surely_false(other, picture.facts)) return std::nullopt;
  for (const std::string& text : picture.captions) {
    const auto statement = synth::parse_statement(text);
    if (!statement || !judge(text, picture.facts).names_all) continue;
    const auto false_of = [&](const DistinctPicture& one) { return surely_false(*statement, one.picture->facts); };
    if (std::all_of(taken.begin(), taken.end(), false_of)) return statement;
  }
  return std::nullopt;
}

}  // namespace

std::vector<DistinctPicture> choose_distinct(const SynthSet& set, std::size_t count) {
  std::vector<DistinctPicture> taken;
  std::vector<synth::Statement> statements;
  for (const auto* pictures : {&set.shots, &set.stills})
    for (const SynthPicture& picture : *pictures) {
      if (taken.size() == count) return taken;
      const auto statement = telling_caption(picture, taken, statements);
      if (!statement) continue;
      taken.push_back({&picture, to_text(*statement)});
      statements.push_back(*statement);
    }
  return taken;
}

Figures score_on_synth(LoadedModel& model, const SynthSet& set, const SynthScoreOptions& options) {
  Figures figures;
  const std::vector<Clip> shots = score_pictures(model, set.shots, "shots", options, figures);
  if (abilities_of(model.checkpoint).match) score_image_retrieval(model, set, options, figures);
  score_clips(model, set, shots, options, figures);
  score_pictures(model, set.stills, "stills", options, figures);
  return figures;
}

}  // namespace blip
