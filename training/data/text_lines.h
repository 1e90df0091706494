#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace blip {

// What a language model learns to write: `text`, after `prompt`, which it is only shown.
struct PromptedText {
  std::string prompt, text;
  std::string image = {};  // of which picture; empty = none
  std::string id = {};     // "FILE:LINE", for messages
};

// How prompt and text stand in one line: with a blank between them, where neither brings one.
std::string joined(const PromptedText& item);

// A file of texts: one a line, or, where the first line begins with "{", JSON lines {"text", "prompt" and "image"
// (optional)}. Empty lines are passed over. Throws Error(kNotFound, kInvalidData) naming the file and the line: not
// UTF-8, no text, a wrong type.
std::vector<PromptedText> read_text_lines(const std::filesystem::path& file);

}  // namespace blip
