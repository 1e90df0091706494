#include "training/eval/dialog_protocol.h"

#include <algorithm>
#include <vector>

#include "core/tasks/abilities.h"
#include "core/tasks/answerer.h"

namespace blip {
namespace {

// Rounds whose candidates the true answer is among, and where.
std::vector<std::size_t> ranks_of(LoadedModel& model, const Dialog& dialog, const Clip& clip,
                                  const DialogSettings& settings) {
  AnswerOptions options;
  if (settings.history > 0) options.max_question_tokens = model.checkpoint.config.text.max_positions;
  std::vector<std::size_t> ranks;
  for (std::size_t r = 0; r < dialog.rounds.size(); ++r) {
    const DialogRound& round = dialog.rounds[r];
    const auto ranked = rank_answers(model, clip, dialog_question(dialog, r, settings.history), round.candidates,
                                     round.candidates.size(), options);
    const auto truth =
        std::find_if(ranked.begin(), ranked.end(), [&](const RankedAnswer& one) { return one.index == round.truth; });
    ranks.push_back(static_cast<std::size_t>(truth - ranked.begin()));
  }
  return ranks;
}

}  // namespace

std::string dialog_question(const Dialog& dialog, std::size_t round, std::int64_t history) {
  std::string text;
  if (history > 0) {
    text = dialog.caption + ". ";
    const auto rounds = std::min(static_cast<std::size_t>(history), round);
    for (std::size_t r = round - rounds; r < round; ++r)
      text += dialog.rounds[r].question + " " + dialog.rounds[r].answer + ". ";
  }
  return text + dialog.rounds[round].question;
}

void run_dialogs(LoadedModel& model, const DialogBenchmark& benchmark, MediaFeatures& features,
                 const DialogSettings& settings, const Shard& shard, SampleRecords& records, const RunHooks& hooks) {
  need_answers(model.checkpoint);
  const auto key_of = [&](std::size_t dialog) { return "dialog " + benchmark.dialogs[dialog].id; };
  std::vector<std::vector<std::size_t>> open(benchmark.media.size());
  std::size_t all = 0, done = 0;
  for (std::size_t d = 0; d < benchmark.dialogs.size(); ++d) {
    const std::size_t medium = benchmark.dialogs[d].medium;
    if (!takes(shard, medium) || records.find(key_of(d)) != nullptr) continue;
    open[medium].push_back(d);
    ++all;
  }
  std::vector<std::size_t> order;
  for (std::size_t m = 0; m < open.size(); ++m)
    if (!open[m].empty()) order.push_back(m);

  const auto append = [&](std::size_t d, const char* field, const nlohmann::json& value) {
    const Dialog& dialog = benchmark.dialogs[d];
    records.append(static_cast<std::int64_t>(d), key_of(d),
                   {{"index", d}, {"medium", benchmark.media[dialog.medium].id}, {field, value}});
  };
  features.for_each(
      order,
      [&](std::size_t m, const MediumFeatures& medium) {
        for (const std::size_t d : open[m]) {
          hooks.at("dialogs", done++, all);
          append(d, "ranks", ranks_of(model, benchmark.dialogs[d], medium.joined, settings));
        }
      },
      [&](std::size_t m, const std::string& reason) {
        for (const std::size_t d : open[m]) append(d, "failed", reason);
        done += open[m].size();
      });
}

}  // namespace blip
