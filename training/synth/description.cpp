#include "training/synth/description.h"

#include <algorithm>
#include <vector>

#include "training/synth/captions.h"
#include "training/synth/naming.h"
#include "training/synth/statement.h"

namespace blip::synth {
namespace {

Statement full_statement(const SceneFacts& facts) {
  Statement statement;
  for (const Group& group : facts.groups) statement.claims.push_back(claim_of(group, true));
  statement.links.resize(facts.groups.size() - 1);
  if (facts.groups.size() == 2) statement.links[0] = main_relation(facts);
  statement.background = facts.background;
  return statement;
}

std::string sentences(const SceneFacts& facts, Random& random) {
  std::vector<std::string> all;
  for (const Group& group : facts.groups)
    all.push_back("there " + std::string(be(group)) + " " + to_text(claim_of(group, true)) + ".");
  all.push_back("the background is " + std::string(word(facts.background)) + ".");
  if (facts.groups.size() == 2) {
    const bool forwards = random.chance(0.5);
    const Group &first = facts.groups[forwards ? 0 : 1], &second = facts.groups[forwards ? 1 : 0];
    const Relation relation = forwards ? main_relation(facts) : opposite(main_relation(facts));
    all.push_back("the " + kind_of(first) + " " + std::string(be(first)) + " " + std::string(phrase(relation)) +
                  " the " + kind_of(second) + ".");
  }
  random.shuffle(all);
  std::string text;
  for (const std::string& sentence : all) text += (text.empty() ? "" : " ") + sentence;
  return text;
}

}  // namespace

std::string full_caption(const SceneFacts& facts) {
  return to_text(full_statement(facts));
}

std::string sample_description(const SceneFacts& facts, Random& random) {
  if (random.chance(0.08)) return sentences(facts, random);
  Statement statement = full_statement(facts);
  if (random.chance(0.08)) {
    std::reverse(statement.claims.begin(), statement.claims.end());
    for (auto& link : statement.links)
      if (link) link = opposite(*link);
  }
  return (random.chance(0.08) ? "a photo of " : "") + to_text(statement) + ".";
}

}  // namespace blip::synth
