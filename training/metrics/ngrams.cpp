#include "training/metrics/ngrams.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "core/base/error.h"
#include "core/text/utf8.h"

namespace blip {
namespace {

bool is_blank(char32_t c) {
  if (c == U' ' || (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x1F) || (c >= 0x2000 && c <= 0x200A)) return true;
  constexpr std::array<char32_t, 8> kOthers = {0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000};
  return std::find(kOthers.begin(), kOthers.end(), c) != kOthers.end();
}

}  // namespace

Words split_words(std::string_view text) {
  Words words;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) words.push_back(std::exchange(word, {}));
  };
  for (std::size_t position = 0; position < text.size();) {
    const std::size_t begin = position;
    if (is_blank(next_code_point(text, position)))
      end_word();
    else
      word.append(text, begin, position - begin);
  }
  end_word();
  return words;
}

NgramCountsByOrder count_ngrams(const Words& words) {
  NgramCountsByOrder counts;
  for (std::size_t order = 1; order <= kMaxNgram; ++order)
    for (std::size_t i = 0; i + order <= words.size(); ++i) {
      const auto begin = words.begin() + static_cast<std::ptrdiff_t>(i);
      ++counts[order - 1][Words(begin, begin + static_cast<std::ptrdiff_t>(order))];
    }
  return counts;
}

void expect_references(std::span<const ScoredCaption> captions) {
  for (const ScoredCaption& one : captions)
    if (one.references.empty())
      throw Error(ErrorKind::kInvalidArgument, "no reference for the caption '" + one.candidate + "'");
}

}  // namespace blip
