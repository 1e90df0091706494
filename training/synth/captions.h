#pragma once

#include <string>
#include <vector>

#include "training/synth/random.h"
#include "training/synth/scene.h"
#include "training/synth/statement.h"

namespace blip::synth {

// Every caption that the world's grammar has for a scene; all are true, and each names every group. Few forms: what is
// named first follows from the picture, because a choice between equally good captions hides from training whether
// the picture was understood.
std::vector<Statement> true_statements(World world, const SceneFacts& facts);

// `count` of them, different while there are enough; the forms that say more about the picture come more often. With
// `other`, only such as are false of that scene, if there is one.
std::vector<std::string> sample_captions(World world, const SceneFacts& facts, std::size_t count, Random& random,
                                         const SceneFacts* other = nullptr);
bool has_telling_caption(World world, const SceneFacts& facts, const SceneFacts& other);  // one false of the other

// One sentence for a clip, in the order of its shots. The basic world names the first group of each shot, as
// tests/data/shapes does; the rich one says "a video of" and names also the others, up to six in all, and none
// twice. At least one shot.
std::string clip_caption(World world, const std::vector<SceneFacts>& shots);

// The claim that names a group by count, colour and shape, and by size if asked for.
GroupClaim claim_of(const Group& group, bool with_size);

}  // namespace blip::synth
