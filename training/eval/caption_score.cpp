#include "training/eval/caption_score.h"

#include <algorithm>
#include <map>

#include "core/tasks/captioner.h"
#include "training/eval/caption_faults.h"
#include "training/synth/truth.h"

namespace blip {
namespace {

constexpr std::size_t kTogether = 32;  // captions that are decoded at once
constexpr double kLeastOverlap = 0.9;

}  // namespace

CaptionOptions measured_captions(std::int64_t beams, const std::string& prompt) {
  CaptionOptions options;
  options.prompt = prompt;
  options.generation.num_beams = beams;
  options.generation.max_length = 40;
  return options;
}

std::vector<std::string> write_captions(LoadedModel& model, std::span<const Clip> clips,
                                        const CaptionOptions& options) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < clips.size(); i += kTogether)
    for (Caption& one : caption(model, clips.subspan(i, std::min(kTogether, clips.size() - i)), options))
      texts.push_back(std::move(one.text));
  return texts;
}

void score_captions(const std::vector<std::string>& captions, std::span<const SynthPicture> pictures,
                    const std::string& prefix, const std::string& label, Figures& figures) {
  Tally good, all_hold, all_named, sentences;
  std::map<std::size_t, Tally> by_groups;
  std::map<std::string, std::int64_t> faults;
  double overlap = 0;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const synth::Judgement judgement = judge(captions[i], pictures[i].facts);
    const bool is_good = judgement.names_all && judgement.word_overlap >= kLeastOverlap;
    good.add(is_good);
    by_groups[pictures[i].facts.groups.size()].add(is_good);
    all_hold.add(judgement.is_true);
    all_named.add(judgement.names_all);
    sentences.add(judgement.is_sentence);
    overlap += judgement.word_overlap;
    for (const std::string& fault : caption_faults(captions[i], pictures[i].facts)) ++faults[fault];
  }
  if (pictures.empty()) return;

  const auto count = static_cast<std::int64_t>(pictures.size());
  figures.add(prefix + ".true", label + ": true", good);
  for (const auto& [groups, tally] : by_groups)
    figures.add(prefix + ".true.groups" + std::to_string(groups),
                label + ": true, " + std::to_string(groups) + (groups == 1 ? " group" : " groups"), tally);
  figures.add(prefix + ".facts_hold", label + ": every stated fact holds", all_hold);
  figures.add(prefix + ".names_all", label + ": and every group is named", all_named);
  figures.add(prefix + ".sentence", label + ": a sentence of the grammar", sentences);
  figures.add(prefix + ".overlap", label + ": overlap of colour and shape words", overlap / static_cast<double>(count),
              count);
  for (const auto& [fault, number] : faults)
    figures.add(prefix + ".fault." + fault, label + ": fault, " + fault, Tally{number, count});
}

}  // namespace blip
