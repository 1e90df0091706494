#include "training/synth/word_list.h"

#include <string_view>

#include "training/synth/words.h"

namespace blip::synth {
namespace {

constexpr std::string_view kMarks = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
constexpr std::string_view kLetters = "0123456789abcdefghijklmnopqrstuvwxyz";

// Words that follow from none of the lists of words.h.
constexpr std::string_view kWords[] = {
    "an",    "picture", "of",     "photo", "image",  "video",  "there",    "is",         "are",     "and",
    "or",    "on",      "with",   "the",   "in",     "at",     "to",       "from",       "above",   "below",
    "left",  "right",   "next",   "shape", "shapes", "thing",  "things",   "background", "what",    "which",
    "where", "color",   "how",    "many",  "size",   "yes",    "no",       "not",        "it",      "this",
    "that",  "empty",   "scene",  "frame", "shot",   "moving", "still",    "both",       "between", "middle",
    "top",   "bottom",  "side",   "black", "big",    "stock",  "free",     "download",   "click",   "here",
    "see",   "more",    "day",    "best",  "price",  "online", "found",    "all",        "rights",  "reserved",
    "my",    "new",     "please", "share", "home",   "page",   "untitled", "view",       "full",    "sign",
    "up",    "for"};

}  // namespace

std::vector<std::string> word_list() {
  std::vector<std::string> list = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
  for (const char mark : kMarks) list.emplace_back(1, mark);
  for (const char letter : kLetters) list.emplace_back(1, letter);
  for (const char letter : kLetters) list.push_back("##" + std::string(1, letter));
  for (std::size_t i = 1; i < kNumberWords.size(); ++i) list.emplace_back(kNumberWords[i]);
  for (const auto color : kColorWords) list.emplace_back(color);
  for (const auto size : kSizeWords) list.emplace_back(size);
  for (const auto background : kBackgroundWords) list.emplace_back(background);
  for (const auto shape : kShapeWords) {
    list.emplace_back(shape);
    list.push_back(plural(shape));
  }
  for (const auto other : kWords) list.emplace_back(other);
  return list;
}

}  // namespace blip::synth
