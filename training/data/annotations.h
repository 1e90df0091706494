#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "training/data/dataset.h"

namespace blip {

// The annotation files of the original code, read strictly: every function throws Error(kNotFound, kInvalidData) naming
// the file and the entry for a wrong type, a missing field, an empty text, bytes that are not UTF-8, or an id given
// twice. Fields that are not used may hold anything. Pictures are not looked for.

// A picture and its captions: COCO and Flickr30k in Karpathy's split, and web image-text lists.
struct CaptionEntry {
  std::string image;                  // path as the file has it
  std::vector<std::string> captions;  // at least one
  std::string image_id;               // equal for rows of one picture; its path where the file gives none
};
// [{"image" (or "url"), "caption": a text or a list, "image_id" (optional)}, …]
std::vector<CaptionEntry> read_caption_annotations(const std::filesystem::path& file);

struct VqaEntry {
  std::string image;
  std::string question;
  std::vector<WeightedAnswer> answers;  // empty in a test file
  std::string question_id;              // empty where the file gives none
  bool visual_genome = false;           // the picture lies under the other root
};
// [{"dataset": "vqa" | "vg", "image", "question", "answer": a list (vqa) or a text (vg), "question_id"}, …]. Answers of
// VQAv2 weigh their share, those of Visual Genome 0.2.
std::vector<VqaEntry> read_vqa_annotations(const std::filesystem::path& file);

struct Nlvr2Entry {
  std::string left, right;  // pictures
  std::string sentence;
  bool label = false;
};
// [{"images": [left, right], "sentence", "label": "True" | "False"}, …]
std::vector<Nlvr2Entry> read_nlvr2_annotations(const std::filesystem::path& file);

}  // namespace blip
