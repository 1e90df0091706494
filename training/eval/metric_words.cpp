#include "training/eval/metric_words.h"

#include <cctype>

#include "core/text/basic_tokenizer.h"

namespace blip {

std::string metric_words(std::string_view text) {
  BasicTokenizer tokenizer(text, {});
  std::string words;
  for (BasicWord word; tokenizer.next(word);) {
    if (word.text.size() == 1 && std::ispunct(static_cast<unsigned char>(word.text.front())) != 0) continue;
    if (!words.empty()) words += ' ';
    words += word.text;
  }
  return words;
}

}  // namespace blip
