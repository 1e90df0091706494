#include "training/eval/caption_faults.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "training/synth/statement.h"
#include "training/synth/truth.h"

namespace blip {
namespace {

using synth::GroupClaim;
using synth::SceneFacts;
using synth::Statement;

Statement alone(GroupClaim claim) {
  Statement statement;
  statement.claims = {std::move(claim)};
  return statement;
}

// Whether some group has the colour and the shape of the claim, one of which may be left open.
bool is_there(std::optional<synth::Color> color, std::optional<synth::Shape> shape, const SceneFacts& facts) {
  return std::any_of(facts.groups.begin(), facts.groups.end(), [&](const synth::Group& group) {
    return (!color || *color == group.color) && (!shape || *shape == group.shape);
  });
}

std::string fault_of(const GroupClaim& claim, const SceneFacts& facts) {
  if (!is_there(claim.color, claim.shape, facts)) {
    if (is_there(std::nullopt, claim.shape, facts)) return "colour";
    return is_there(claim.color, std::nullopt, facts) ? "shape" : "object";
  }
  GroupClaim without_size = claim;
  without_size.size.reset();
  return holds(alone(without_size), facts) ? "size" : "count";
}

}  // namespace

std::set<std::string> caption_faults(std::string_view caption, const SceneFacts& facts) {
  const auto statement = synth::parse_statement(caption);
  if (!statement) return {"no sentence"};
  std::set<std::string> faults;
  if (statement->background && *statement->background != facts.background) faults.insert("background");
  if (statement->total && *statement->total != total_count(facts)) faults.insert("total");
  for (const GroupClaim& claim : statement->claims)
    if (!holds(alone(claim), facts)) faults.insert(fault_of(claim, facts));

  for (std::size_t i = 0; i < statement->links.size(); ++i) {
    const auto &first = statement->claims[i], &second = statement->claims[i + 1];
    if (!statement->links[i] || !holds(alone(first), facts) || !holds(alone(second), facts)) continue;
    Statement pair;
    pair.claims = {first, second};
    pair.links = {std::nullopt};
    const bool both = holds(pair, facts);
    pair.links = {statement->links[i]};
    if (both && !holds(pair, facts)) faults.insert("relation");
  }

  const synth::Judgement judgement = synth::judge(caption, facts);
  if (faults.empty() && !judgement.is_true) faults.insert("said twice");
  if (statement->claims.size() < facts.groups.size() &&
      std::find(judgement.named.begin(), judgement.named.end(), false) != judgement.named.end())
    faults.insert("left out");
  return faults;
}

}  // namespace blip
