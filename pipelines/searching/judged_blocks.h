#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace blip {

// A candidate that was judged, by its place in the order of candidates.
struct Judged {
  std::size_t candidate = 0;
  double rank = 0;        // what it is ordered by within its block
  bool passes = false;    // it is a result
  bool unjudged = false;  // could not be judged: a result behind the judged ones of its block
};

// Candidates are judged a block at a time, and results come block by block, in each by rank: so what stands on a page
// does not depend on how many pages are asked for. The search ends with the candidates, or when of a block's second
// half nothing passed: what follows is likely to pass even less.
class JudgedBlocks {
 public:
  // Judges the candidates [begin, end) as far as there are any; fewer than end - begin at the end of the list.
  using Judge = std::function<std::vector<Judged>(std::size_t begin, std::size_t end)>;

  JudgedBlocks(std::size_t block, Judge judge) : block_(block), judge_(std::move(judge)) {}

  // The results of the next block, best first; may be none before the end.
  std::vector<Judged> next();
  bool ended() const { return ended_; }
  std::size_t looked_at() const { return position_; }

 private:
  std::size_t block_;
  Judge judge_;
  std::size_t position_ = 0;
  bool ended_ = false;
};

}  // namespace blip
