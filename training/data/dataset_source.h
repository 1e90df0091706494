#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "training/data/dataset.h"

namespace blip {

// A data set as a recipe names it.
struct DatasetSource {
  // "shards" (tar shards), "coco_caption", "coco_retrieval", "web" (lists of pictures with captions), "vqa", "nlvr2"
  // (annotations of the original's layout), "images" (folder of pictures with texts), "videos" (frame-text data),
  // "prompts" (JSON lines of pictures, prompts and texts)
  std::string kind;
  std::filesystem::path path;     // the annotation file or folder
  std::filesystem::path root;     // where an annotation file's pictures lie; empty = beside the file
  std::filesystem::path vg_root;  // vqa: where those of Visual Genome lie; empty = root
  std::string text = "captions";  // shards and videos: "captions", "web" or "questions"
  bool training = true;           // nlvr2: exchange the pictures of a pair at random
  bool verify = false;            // look for every picture of an annotation file now, not when it is read
};

// Throws Error(kInvalidArgument) for an unknown kind or text, and what the data set's own reader throws.
std::shared_ptr<const Dataset> open_dataset(const DatasetSource& source);

}  // namespace blip
