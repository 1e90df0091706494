#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "training/synth/item.h"

namespace blip::synth {

struct SynthOptions {
  std::filesystem::path output;  // must not exist, or be an empty directory
  std::int64_t clips = 200;      // for training
  std::int64_t stills = 20000;   // for training
  std::int64_t val_clips = 40;
  std::int64_t val_stills = 1000;
  std::int64_t test_clips = 100;
  std::uint64_t seed = 1;
  World world = World::kRich;
  int jobs = 1;                    // threads; the output does not depend on it
  std::int64_t shard_size = 1000;  // stills an archive
  int clip_scale = 1;              // clips are drawn this many times as wide and high
  int clip_shots = 0;              // shots a clip; 0 = two to five
  bool siblings = true;            // stills come in pairs that differ in one fact (sibling.h)
  SiblingOdds sibling_odds;
  WebRates web;
  void validate() const;  // throws Error(kInvalidArgument) naming the option, its value and its range
};

// `done` of `all` items are written, stills and clips together.
using SynthProgress = std::function<void(std::int64_t done, std::int64_t all)>;

// Renders a data set. OUT/ appears when it is complete:
//   vocab.txt                            the WordPiece vocabulary of captions, questions and answers
//   {train,val,test}/shards/000000.tar   stills as WebDataset samples: KEY.jpg, KEY.json (item.h), KEY.txt
//   {train,val,test}/annotations.json    clips, in the layout of tests/data/shapes/annotations.json
//   {train,val,test}/clips/00000.mp4
// Parts of which nothing was asked for are left out. Equal options give equal bytes. Throws Error; `progress` may throw
// to stop, and then nothing is left.
void run_synth(const SynthOptions& options, const SynthProgress& progress = {});

}  // namespace blip::synth
