#include "training/eval/conversation_score.h"

#include <map>
#include <utility>

#include "core/tasks/answerer.h"
#include "training/eval/run_plans.h"
#include "training/synth/dialogue.h"

namespace blip {
namespace {

constexpr std::uint64_t kSeed = 7;  // of the questions

struct Conversation {
  const Clip* clip = nullptr;
  std::vector<synth::Turn> turns;
  std::vector<ChatTurn> said;  // with the model's answers
};

// The next question of each, answered by greedy search.
void ask_next(LoadedModel& model, std::span<Conversation* const> conversations) {
  std::vector<DecodePlan> plans;
  for (const Conversation* conversation : conversations) {
    AnswerOptions options;
    options.generation.num_beams = 1;
    options.history = conversation->said;
    plans.push_back(plan_answer(model, conversation->turns[conversation->said.size()].asked.question, options,
                                conversation->clip->frames.size()));
    plans.back().input.clip = *conversation->clip;
  }
  auto found = run_plans(model, std::move(plans));
  for (std::size_t i = 0; i < conversations.size(); ++i) {
    Conversation& conversation = *conversations[i];
    const std::string& question = conversation.turns[conversation.said.size()].asked.question;
    conversation.said.push_back({question, finish_answer(model, std::move(found[i])).text});
  }
}

}  // namespace

void score_conversations(LoadedModel& model, std::span<const Clip> clips, std::span<const SynthPicture> pictures,
                         std::size_t turns, const std::string& prefix, const std::string& label, Figures& figures) {
  std::vector<Conversation> conversations(pictures.size());
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    synth::Random random({kSeed, i});
    conversations[i] = {&clips[i], synth::sample_dialogue(synth::World::kRich, pictures[i].facts, turns, random), {}};
  }
  for (std::size_t turn = 0; turn < turns; ++turn) {
    std::vector<Conversation*> open;
    for (Conversation& conversation : conversations)
      if (conversation.turns.size() > turn) open.push_back(&conversation);
    ask_next(model, open);
  }

  Tally all, alone, follow_up, first;
  std::map<std::string, Tally> by_kind;
  for (const Conversation& conversation : conversations)
    for (std::size_t i = 0; i < conversation.turns.size(); ++i) {
      const synth::Turn& turn = conversation.turns[i];
      const bool right = conversation.said[i].answer == turn.asked.answer;
      all.add(right);
      (turn.follow_up ? follow_up : alone).add(right);
      if (i == 0) first.add(right);
      by_kind[turn.asked.kind].add(right);
    }
  figures.add(prefix, label, all);
  figures.add(prefix + ".first", label + ", first turns", first);
  figures.add(prefix + ".alone", label + ", questions that stand alone", alone);
  figures.add(prefix + ".follow_up", label + ", follow-ups that need the history", follow_up);
  for (const auto& [kind, tally] : by_kind) figures.add(prefix + "." + kind, label + ", " + kind, tally);
}

}  // namespace blip
