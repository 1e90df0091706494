#pragma once

#include <string>
#include <string_view>

namespace blip {

// A caption as coco-caption's metrics read it: the words of Stanford's Penn Treebank tokenizer (CoreNLP 3.4.1, as
// pycocoevalcap calls it), in lower case, separated by single blanks, without punctuation marks. "can't" is "ca n't",
// "$5" is "$ 5", "(" is "-lrb-" (which stays: pycocoevalcap looks for "-LRB-"), "3 1/2" is one word with a no-break
// space, "etc." keeps its full stop. Written after the tokenizer's documentation and what it does; differences are
// known in rare cases alone: swear words written with stars, letters and signs that came into Unicode after 2012, and
// a single letter with a full stop at the end of a caption, which pycocoevalcap reads by how the next caption begins.
std::string ptb_words(std::string_view caption);

}  // namespace blip
