#include "training/synth/naming.h"

namespace blip::synth {
namespace {

// `noun` alone, or with the size, if `same` tells the group from all others.
template <class Same>
std::optional<std::string> telling(World world, const SceneFacts& facts, const Group& group, const std::string& noun,
                                   Same same) {
  const auto same_and_size = [&](const Group& other) { return same(other) && other.size == group.size; };
  if (count_groups(facts, same) == 1) return noun;
  if (world == World::kRich && count_groups(facts, same_and_size) == 1)
    return std::string(word(group.size)) + " " + noun;
  return std::nullopt;
}

}  // namespace

std::string noun_of(const Group& group, std::string_view noun) {
  return group.count() > 1 ? plural(noun) : std::string(noun);
}

std::string kind_of(const Group& group) {
  return std::string(word(group.color)) + " " + noun_of(group, word(group.shape));
}

std::string_view be(const Group& group) {
  return group.count() > 1 ? "are" : "is";
}

std::optional<std::string> by_shape(World world, const SceneFacts& facts, const Group& group) {
  const auto same = [&](const Group& other) { return other.shape == group.shape; };
  return telling(world, facts, group, noun_of(group, word(group.shape)), same);
}

std::optional<std::string> by_color(World world, const SceneFacts& facts, const Group& group) {
  const auto same = [&](const Group& other) { return other.color == group.color; };
  return telling(world, facts, group, std::string(word(group.color)) + " " + noun_of(group, "thing"), same);
}

}  // namespace blip::synth
