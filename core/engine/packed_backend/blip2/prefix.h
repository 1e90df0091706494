#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace blip {

// Keys and values that a decoder has made of the tokens a sequence begins with, for each of its layers. Immutable once
// it is shared: it may stand behind the first tokens of another one, as a question stands behind a frame's soft
// prompts.
class Prefix {
 public:
  // `width`: of keys, and of values.
  Prefix(std::int64_t layers, std::int64_t tokens, std::int64_t width);

  std::int64_t tokens() const { return before_tokens_ + own_; }  // those before it included
  std::int64_t layers() const { return layers_; }
  std::uint64_t bytes() const;  // its own
  // Of its own token `token`: keys, and `width` floats behind them the values.
  float* row(std::int64_t layer, std::int64_t token) { return values_.get() + (layer * own_ + token) * 2 * width_; }

  // To be called once, before it is shared: its own tokens stand behind the first `tokens` of `before`.
  void stand_behind(std::shared_ptr<const Prefix> before, std::int64_t tokens);

  // Where the first `count` tokens are in `layer`.
  void gather(std::int64_t layer, std::int64_t count, const float** rows) const;

 private:
  std::int64_t layers_, own_, width_, before_tokens_ = 0;
  std::unique_ptr<float[]> values_;  // [layers, own tokens, 2 * width]
  std::shared_ptr<const Prefix> before_;
};

// The first `tokens` of a prefix.
struct PrefixPart {
  std::shared_ptr<const Prefix> prefix;
  std::int64_t tokens = 0;
};

}  // namespace blip
