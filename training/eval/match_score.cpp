#include "training/eval/match_score.h"

#include <array>
#include <map>

#include "core/tasks/embedder.h"
#include "core/tasks/matcher.h"
#include "training/eval/retrieval_ranking.h"

namespace blip {
namespace {

constexpr double kAccepted = 0.5;

}  // namespace

void score_matching(LoadedModel& model, std::span<const Clip> clips, std::span<const SynthPicture> pictures,
                    const std::string& prefix, const std::string& label, Figures& figures) {
  Tally both, own_accepted, wrong_rejected, one_fact, one_fact_rejected, above, above_by_cosine;
  std::map<std::string, Tally> by_kind;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const std::array texts = {pictures[i].captions.front(), pictures[i].wrong_caption};
    const auto scores = match(model, clips[i], texts);
    const bool accepted = scores[0].probability >= kAccepted, rejected = scores[1].probability < kAccepted;
    for (Tally* tally : {&both, &own_accepted}) tally->add(accepted);
    for (Tally* tally : {&both, &wrong_rejected, &by_kind[pictures[i].wrong_kind]}) tally->add(rejected);
    if (pictures[i].wrong_kind.ends_with("changed")) {
      one_fact.add(accepted);
      one_fact.add(rejected);
      one_fact_rejected.add(rejected);
    }
    above.add(scores[0].probability > scores[1].probability);
    const Matrix image = embed_clips(model, clips.subspan(i, 1)), words = embed_texts(model, texts);
    above_by_cosine.add(cosine(image.values, words.row(0)) > cosine(image.values, words.row(1)));
  }
  figures.add(prefix + ".accuracy", label + ": accuracy", both);
  figures.add(prefix + ".one_fact", label + ": accuracy where the wrong caption differs in one fact", one_fact);
  figures.add(prefix + ".own_accepted", label + ": own caption accepted", own_accepted);
  figures.add(prefix + ".wrong_rejected", label + ": wrong caption rejected", wrong_rejected);
  figures.add(prefix + ".wrong_rejected.one_fact", label + ": wrong caption rejected, one fact changed",
              one_fact_rejected);
  for (const auto& [kind, tally] : by_kind)
    figures.add(prefix + ".wrong_rejected." + kind, label + ": wrong caption rejected, " + kind, tally);
  figures.add(prefix + ".own_above", label + ": own caption above the wrong one", above);
  figures.add(prefix + ".own_above_itc", label + ": own caption above the wrong one, ITC", above_by_cosine);
}

}  // namespace blip
