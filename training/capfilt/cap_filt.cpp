#include "training/capfilt/cap_filt.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/generate/search.h"
#include "core/generate/search_pool.h"
#include "core/tasks/abilities.h"
#include "core/tasks/captioner.h"
#include "core/tasks/frame_encoder.h"
#include "core/tasks/matcher.h"
#include "core/text/caption_text.h"
#include "training/data/random_stream.h"

namespace blip {
namespace {

constexpr std::size_t kMarks = 2;  // [ENC] and [SEP]: a text without words has no other tokens

bool same_place(const LoadedModel& a, const LoadedModel& b) {
  const Placement first = a.backend->placement(), second = b.backend->placement();
  return first.device == second.device && first.precision == second.precision;
}

// FNV-1a.
std::uint64_t hash_of(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

std::vector<Clip> encode(LoadedModel& model, std::span<const FoundPicture> pictures) {
  std::vector<ImageView> views;
  for (const FoundPicture& picture : pictures) views.push_back(picture.image.view());
  std::vector<Clip> clips;
  for (auto& features : encode_frames(model, views)) clips.push_back({{std::move(features)}});
  return clips;
}

void drop(JudgedText& text, const char* reason) {
  text.verdict = Verdict::kDropped;
  text.reason = reason;
}

}  // namespace

CapFilt::CapFilt(std::shared_ptr<LoadedModel> captioner, std::shared_ptr<LoadedModel> filter,
                 const CapFiltOptions& options)
    : captioner_(std::move(captioner)), filter_(std::move(filter)), options_(options) {
  options_.validate();
  if (!captioner_ && !filter_)
    throw Error(ErrorKind::kInvalidArgument, "neither a captioner nor a filter; give at least one of them");
  if (captioner_) {
    need_captions(captioner_->checkpoint);
    if (!options_.prompt) options_.prompt = captioner_->checkpoint.layout == Layout::kPretrain ? "" : "a picture of ";
    options_.generation.num_return = options_.captions;
    const DecodePlan plan = plan_caption(*captioner_, {*options_.prompt, options_.generation});
    make_search(plan.input.prompt, plan.generation, captioner_->end_token());  // throws for lengths
  }
  if (filter_) need_matching(filter_->checkpoint);
  shares_vision_ = captioner_ && filter_ && captioner_->checkpoint.weights_id == filter_->checkpoint.weights_id &&
                   same_place(*captioner_, *filter_);
}

std::vector<std::vector<JudgedText>> CapFilt::judge(std::span<const FoundPicture> pictures) {
  std::vector<std::vector<JudgedText>> texts(pictures.size());
  for (std::size_t i = 0; i < pictures.size(); ++i)
    for (const FoundText& found : pictures[i].texts)
      texts[i].push_back({TextSource::kWeb, found.text, found.origin, found.label, Verdict::kKept, "", std::nullopt});

  std::vector<Clip> clips;
  if (captioner_) {
    clips = encode(*captioner_, pictures);
    const auto written = write_captions(pictures, clips);
    for (std::size_t i = 0; i < pictures.size(); ++i)
      for (const std::string& text : written[i])
        texts[i].push_back({TextSource::kSynthetic, text, "", "", Verdict::kKept, "", std::nullopt});
  }
  for (auto& of_picture : texts) {
    for (auto text = of_picture.begin(); text != of_picture.end(); ++text) {
      const auto same = [&](const JudgedText& other) {
        return other.source == text->source && other.text == text->text;
      };
      if (pre_caption(text->text).empty()) {
        drop(*text, kNoWords);
      } else if (std::any_of(of_picture.begin(), text, same)) {
        drop(*text, kRepeats);
      }
    }
  }
  if (filter_) {
    if (!shares_vision_) clips = encode(*filter_, pictures);
    hold_against(clips, texts);
  }
  return texts;
}

std::vector<std::vector<std::string>> CapFilt::write_captions(std::span<const FoundPicture> pictures,
                                                              std::span<const Clip> clips) {
  const DecodePlan plan = plan_caption(*captioner_, {*options_.prompt, options_.generation});
  const auto decoding = captioner_->backend->start_decoding();
  SearchPool pool(*decoding, captioner_->end_token());
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    GenerationOptions own = plan.generation;
    own.seed = RandomStream{options_.seed, hash_of(pictures[i].key)}.next();
    pool.add(inputs_of(plan, clips.subspan(i, 1)).front(), own);  // tickets count from 0
  }
  std::vector<std::vector<std::string>> written(pictures.size());
  while (!pool.empty()) {
    pool.step();
    for (SearchPool::Finished& finished : pool.take_finished()) {
      if (finished.error != nullptr) std::rethrow_exception(finished.error);
      auto& own = written[static_cast<std::size_t>(finished.ticket)];
      for (GeneratedSequence& sequence : finished.results)
        own.push_back(finish_caption(*captioner_, plan, std::move(sequence)).text);
    }
  }
  return written;
}

void CapFilt::hold_against(std::span<const Clip> clips, std::vector<std::vector<JudgedText>>& texts) {
  std::vector<JudgedText*> asked;
  std::vector<std::string> words;
  std::vector<const Clip*> of;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    for (JudgedText& text : texts[i]) {
      if (text.verdict != Verdict::kKept) continue;
      asked.push_back(&text);
      words.push_back(text.text);
      of.push_back(&clips[i]);
    }
  }
  const auto ids = match_ids(*filter_, words, {});
  std::vector<ClipText> pairs;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (ids[i].size() > kMarks) {
      pairs.push_back({of[i], ids[i]});
    } else {
      drop(*asked[i], kNoWords);
    }
  }
  if (pairs.empty()) return;
  const auto scores = match_scores(filter_->backend->match(pairs));
  std::size_t next = 0;
  for (JudgedText* text : asked) {
    if (text->verdict != Verdict::kKept) continue;
    const double probability = scores[next++].probability;
    if (!std::isfinite(probability)) {
      text->verdict = Verdict::kFailed;
      text->reason = kNoScore;
      continue;
    }
    text->match = probability;
    if (probability < options_.threshold) drop(*text, kBelowThreshold);
  }
}

}  // namespace blip
