#pragma once

#include <span>
#include <string>
#include <string_view>

namespace blip {

enum class BenchmarkTask { kRetrieval, kQuestions, kCaptions, kStatements, kDialogs };

// A data set's way to lie in a folder. Names, as users type them:
//   retrieval   msrvtt-1ka  msrvtt-retrieval  msvd-retrieval  coco-retrieval  flickr30k-retrieval  json-retrieval
//   questions   msrvtt-qa  msvd-qa  vqav2  okvqa  gqa  json-qa
//   captions    coco-caption  nocaps  msrvtt-caption  msvd-caption  json-caption
//   statements  nlvr2
//   dialogs     visdial
struct LayoutInfo {
  std::string_view name;
  BenchmarkTask task;
  std::string_view data_set;       // "MSR-VTT, the 1k-A test split"
  std::string_view home;           // where users fetch it themselves
  std::string_view documentation;  // "docs/evaluation.md#msrvtt-1ka"
};

std::span<const LayoutInfo> layouts();

// By full name, or by name without its task ("coco" and kCaptions). Throws Error(kInvalidArgument) naming the layouts
// of the task.
const LayoutInfo& find_layout(std::string_view name, BenchmarkTask task);
// By full name alone; throws as above, naming all.
const LayoutInfo& find_layout(std::string_view name);

}  // namespace blip
