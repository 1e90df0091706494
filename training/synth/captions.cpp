#include "training/synth/captions.h"

#include "training/synth/truth.h"

#include <algorithm>

namespace blip::synth {
namespace {

Statement list_of(const SceneFacts& facts, bool with_sizes, bool with_background) {
  Statement statement;
  for (const Group& group : facts.groups) statement.claims.push_back(claim_of(group, with_sizes));
  statement.links.resize(facts.groups.size() - 1);
  if (with_background) statement.background = facts.background;
  return statement;
}

Statement reversed(Statement statement) {
  std::reverse(statement.claims.begin(), statement.claims.end());
  for (auto& link : statement.links)
    if (link) link = opposite(*link);
  return statement;
}

void add_rich(const SceneFacts& facts, bool sizes, bool background, std::vector<Statement>& all) {
  Statement list = list_of(facts, sizes, background);
  all.push_back(list);
  if (facts.groups.size() != 2) return;
  list.links[0] = main_relation(facts);
  all.push_back(list);
  all.push_back(reversed(list));
}

// The forms of tests/data/shapes.
void add_basic(const SceneFacts& facts, bool sizes, bool background, std::vector<Statement>& all) {
  Statement list = list_of(facts, sizes, background);
  if (facts.groups.size() == 1) {
    all.push_back(list);
    list.opening = Statement::Opening::kThereIs;
    if (background) all.push_back(list);
  } else if (facts.groups.size() == 2) {
    if (background) {
      all.push_back(list);
      all.push_back(reversed(list));
    }
    list.links[0] = main_relation(facts);
    all.push_back(list);
    all.push_back(reversed(list));
  } else if (!background) {
    all.push_back(list);
    list.total = total_count(facts);
    all.push_back(list);
  }
}

double odds_of(World world, const Statement& statement) {
  if (world == World::kBasic) return 1;
  double odds = statement.claims[0].size ? 4 : 1;
  if (!statement.links.empty() && statement.links[0]) {
    const bool first_to_last = *statement.links[0] == Relation::kLeftOf || *statement.links[0] == Relation::kAbove;
    odds *= first_to_last ? 4 : 0.5;
  }
  return odds;
}

}  // namespace

GroupClaim claim_of(const Group& group, bool with_size) {
  GroupClaim claim;
  claim.count = group.count();
  if (with_size) claim.size = group.size;
  claim.color = group.color;
  claim.shape = group.shape;
  return claim;
}

std::vector<Statement> true_statements(World world, const SceneFacts& facts) {
  std::vector<Statement> all;
  for (const bool sizes : {false, true})
    for (const bool background : {false, true})
      world == World::kRich ? add_rich(facts, sizes, background, all) : add_basic(facts, sizes, background, all);
  return all;
}

bool has_telling_caption(World world, const SceneFacts& facts, const SceneFacts& other) {
  const auto all = true_statements(world, facts);
  return std::any_of(all.begin(), all.end(), [&](const Statement& each) { return surely_false(each, other); });
}

std::vector<std::string> sample_captions(World world, const SceneFacts& facts, std::size_t count, Random& random,
                                         const SceneFacts* other) {
  auto all = true_statements(world, facts);
  if (other != nullptr && has_telling_caption(world, facts, *other))
    std::erase_if(all, [&](const Statement& each) { return !surely_false(each, *other); });
  std::vector<double> odds;
  for (const Statement& statement : all) odds.push_back(odds_of(world, statement));
  std::vector<std::string> captions;
  while (captions.size() < std::min(count, all.size())) {
    const std::size_t choice = random.weighted(odds);
    if (odds[choice] == 0) continue;
    odds[choice] = 0;
    captions.push_back(to_text(all[choice]));
  }
  return captions;
}

std::string clip_caption(World world, const std::vector<SceneFacts>& shots) {
  constexpr std::size_t kMostClaims = 6;
  std::vector<std::size_t> named(shots.size(), 1);  // groups of each shot
  std::size_t room = world == World::kRich && shots.size() < kMostClaims ? kMostClaims - shots.size() : 0;
  for (std::size_t s = 0; s < shots.size(); ++s) {
    const std::size_t more = std::min(room, shots[s].groups.size() - 1);
    named[s] += more;
    room -= more;
  }
  Statement statement;
  for (std::size_t s = 0; s < shots.size(); ++s) {
    for (std::size_t g = 0; g < named[s]; ++g) {
      const GroupClaim claim = claim_of(shots[s].groups[g], false);
      const auto& claims = statement.claims;
      const bool said = std::find(claims.begin(), claims.end(), claim) != claims.end();
      if (world == World::kBasic || !said) statement.claims.push_back(claim);
    }
  }
  statement.links.resize(statement.claims.size() - 1);
  return (world == World::kRich ? "a video of " : "") + to_text(statement);
}

}  // namespace blip::synth
