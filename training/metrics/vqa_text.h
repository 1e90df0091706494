#pragma once

#include <string>
#include <string_view>

namespace blip {

// How the evaluation code of VQA (GT-Vision-Lab/VQA) brings an answer to one form, step by step.

// Line ends and tabs become blanks, none at the ends.
std::string vqa_trimmed(std::string_view answer);

// Without ; / [ ] " { } ( ) = + \ _ - > < @ ` , ? ! and full stops. A mark goes without trace where one of its kind is
// next to a blank, and so do all where the answer has a comma between digits; else it becomes a blank. Full stops
// before a digit stay, and so do those after the 32nd that went.
std::string vqa_without_marks(std::string_view answer);

// Lower case, numbers up to ten in digits ("none" is 0), no articles, contractions with their apostrophes; single
// blanks between words.
std::string vqa_words(std::string_view answer);

}  // namespace blip
