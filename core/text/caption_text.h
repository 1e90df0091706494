#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace blip {

// The original code's clean-up of texts before tokenisation (data/utils.py): the same strings out for the same UTF-8
// in. Malformed bytes become U+FFFD.

// A caption: lower case, each of . ! " ( ) * # : ; ~ a blank, runs of blanks one, none at the ends, at most max_words
// words. The original uses 30 words for COCO and Flickr and in pre-training, 40 for MSRVTT and NLVR.
std::string pre_caption(std::string_view text, std::size_t max_words = 50);

// A question: lower case, those marks removed, blanks at the end removed, at most max_words words. Marks such as ? , -
// ' stay in both.
std::string pre_question(std::string_view text, std::size_t max_words = 50);

}  // namespace blip
