#include "training/benchmarks/layout_table.h"

#include <algorithm>
#include <sstream>

#include "core/base/error.h"

namespace blip {
namespace {

using enum BenchmarkTask;

constexpr std::string_view kMsrvtt = "MSR-VTT, Microsoft Research (CVPR 2016)";
constexpr std::string_view kMsvd =
    "Microsoft Research Video Description Corpus, cs.utexas.edu/users/ml/clamp/videoDescription";
constexpr std::string_view kCoco = "cocodataset.org";
constexpr std::string_view kVideoFolders = "videos video all TestVideo .";
constexpr std::string_view kImageFolders = "images . image";

const std::vector<EntryForm>& video_captions() {
  static const std::vector<EntryForm> forms{{"video", "caption"}};
  return forms;
}
const std::vector<EntryForm>& video_questions() {
  static const std::vector<EntryForm> forms{{"video", "question", "question_id"},
                                            {"video_id", "question", "question_id"}};
  return forms;
}
// Over COCO's pictures: rows of the original and LAVIS, and the official lists.
const std::vector<EntryForm>& coco_questions() {
  static const std::vector<EntryForm> forms{
      {"image", "question", "question_id"},
      {"image_id", "question", "question_id", false, "questions", "{coco}/COCO_{coco}_{id}.jpg"}};
  return forms;
}
const std::vector<EntryForm>& image_captions() {
  static const std::vector<EntryForm> forms{{"image", "caption", "", true}};
  return forms;
}
const std::vector<EntryForm>& own_texts() {
  static const std::vector<EntryForm> forms{{"media", "text"}, {"media", "captions"}};
  return forms;
}

std::vector<LayoutRow> make_rows() {
  return {
      {{"msrvtt-1ka", kRetrieval, "MSR-VTT, 1,000 test clips with a caption each (1k-A)", kMsrvtt,
        "docs/evaluation.md#msrvtt-1ka"},
       "test",
       "msrvtt_{split}.jsonl",
       "",
       kVideoFolders,
       {{"clip_name", "caption", "", true}}},
      {{"msrvtt-retrieval", kRetrieval, "MSR-VTT, retrieval lists of LAVIS", kMsrvtt,
        "docs/evaluation.md#msrvtt-retrieval"},
       "test val train",
       "retrieval_{split}.json",
       "",
       kVideoFolders,
       video_captions()},
      {{"msvd-retrieval", kRetrieval, "MSVD, retrieval lists of LAVIS", kMsvd, "docs/evaluation.md#msvd-retrieval"},
       "test val train",
       "retrieval_{split}.json",
       "",
       kVideoFolders,
       video_captions()},
      {{"coco-retrieval", kRetrieval, "COCO, Karpathy's split", kCoco, "docs/evaluation.md#coco"},
       "test val",
       "coco_karpathy_{split}.json",
       "",
       kImageFolders,
       image_captions()},
      {{"flickr30k-retrieval", kRetrieval, "Flickr30k, Karpathy's split", "shannon.cs.illinois.edu/DenotationGraph",
        "docs/evaluation.md#flickr30k"},
       "test val",
       "flickr30k_{split}.json {split}.json",
       "",
       kImageFolders,
       image_captions()},
      {{"json-retrieval", kRetrieval, "your own media with texts", "", "docs/evaluation.md#your-own-data"},
       "",
       "texts.json texts.jsonl retrieval.json retrieval.jsonl",
       "",
       ". videos images",
       own_texts()},

      {{"msrvtt-qa", kQuestions, "MSRVTT-QA, lists of LAVIS or ALPRO", kMsrvtt, "docs/evaluation.md#msrvtt-qa"},
       "test val train",
       "qa_{split}.json {split}.jsonl",
       "",
       kVideoFolders,
       video_questions()},
      {{"msvd-qa", kQuestions, "MSVD-QA, lists of LAVIS or ALPRO", kMsvd, "docs/evaluation.md#msvd-qa"},
       "test val train",
       "qa_{split}.json {split}.jsonl",
       "",
       kVideoFolders,
       video_questions()},
      {{"vqav2", kQuestions, "VQA v2 over COCO's pictures", "visualqa.org", "docs/evaluation.md#vqav2"},
       "val test test-dev",
       "vqa_{split}.json vqa_{split}_eval.json v2_OpenEnded_mscoco_{split}2014_questions.json "
       "v2_OpenEnded_mscoco_{split}2015_questions.json",
       "v2_mscoco_{split}2014_annotations.json",
       kImageFolders,
       coco_questions()},
      {{"okvqa", kQuestions, "OK-VQA over COCO's pictures", "okvqa.allenai.org", "docs/evaluation.md#okvqa"},
       "val",
       "OpenEnded_mscoco_{split}2014_questions.json vqa_{split}_eval.json",
       "mscoco_{split}2014_annotations.json",
       kImageFolders,
       coco_questions()},
      {{"gqa", kQuestions, "GQA, the balanced questions", "cs.stanford.edu/people/dorarad/gqa",
        "docs/evaluation.md#gqa"},
       "testdev val",
       "{split}_balanced_questions.json",
       "",
       kImageFolders,
       {{"image", "question", "question_id"}, {"imageId", "question", "question_id", false, "*"}}},
      {{"json-qa", kQuestions, "your own media with questions", "", "docs/evaluation.md#your-own-data"},
       "",
       "questions.json questions.jsonl",
       "",
       ". videos images",
       {{"media", "question", "id"}}},

      {{"coco-caption", kCaptions, "COCO, Karpathy's split", kCoco, "docs/evaluation.md#coco"},
       "test val",
       "coco_karpathy_{split}.json",
       "coco_karpathy_{split}_gt.json",
       kImageFolders,
       image_captions()},
      {{"nocaps", kCaptions, "NoCaps, validation set with its captions", "nocaps.org", "docs/evaluation.md#nocaps"},
       "val",
       "nocaps_{split}_4500_captions.json",
       "",
       "images/val images val .",
       {{"file_name", "", "id", true, "images"}}},
      {{"msrvtt-caption", kCaptions, "MSR-VTT, captions in LAVIS's lists", kMsrvtt,
        "docs/evaluation.md#msrvtt-caption"},
       "test val train",
       "cap_{split}.json",
       "",
       kVideoFolders,
       video_captions()},
      {{"msvd-caption", kCaptions, "MSVD, captions in LAVIS's lists", kMsvd, "docs/evaluation.md#msvd-caption"},
       "test val train",
       "cap_{split}.json",
       "",
       kVideoFolders,
       video_captions()},
      {{"json-caption", kCaptions, "your own media with captions", "", "docs/evaluation.md#your-own-data"},
       "",
       "captions.json captions.jsonl",
       "",
       ". videos images",
       {{"media", "captions"}, {"media", "text"}}},

      {{"nlvr2", kStatements, "NLVR2", "lil.nlp.cornell.edu/nlvr", "docs/evaluation.md#nlvr2"},
       "dev test",
       "nlvr_{split}.json",
       "",
       kImageFolders,
       {{"images", "sentence", "identifier"}}},

      {{"visdial", kDialogs, "VisDial 1.0", "visualdialog.org", "docs/evaluation.md#visdial"},
       "val",
       "visdial_1.0_{split}.json",
       "",
       "images VisualDialog_{split}2018 .",
       {{"image_id", "", "image_id", false, "data.dialogs", "VisualDialog_{split}2018_{id}.jpg"}}},
  };
}

std::string names_of(const BenchmarkTask* task) {
  std::string names;
  for (const LayoutInfo& info : layouts())
    if (task == nullptr || info.task == *task) names += (names.empty() ? "" : ", ") + std::string(info.name);
  return names;
}

}  // namespace

std::span<const LayoutRow> layout_rows() {
  static const std::vector<LayoutRow> rows = make_rows();
  return rows;
}

std::span<const LayoutInfo> layouts() {
  static const std::vector<LayoutInfo> infos = [] {
    std::vector<LayoutInfo> all;
    for (const LayoutRow& row : layout_rows()) all.push_back(row.info);
    return all;
  }();
  return infos;
}

const LayoutInfo& find_layout(std::string_view name, BenchmarkTask task) {
  for (const LayoutInfo& info : layouts())
    if (info.task == task && (info.name == name || info.name.substr(0, info.name.rfind('-')) == name)) return info;
  throw Error(ErrorKind::kInvalidArgument,
              "no data set '" + std::string(name) + "' for this task; there are " + names_of(&task));
}

const LayoutInfo& find_layout(std::string_view name) {
  for (const LayoutInfo& info : layouts())
    if (info.name == name) return info;
  throw Error(ErrorKind::kInvalidArgument, "no data set '" + std::string(name) + "'; there are " + names_of(nullptr));
}

const LayoutRow& layout_row(std::string_view name) {
  find_layout(name);
  return *std::ranges::find_if(layout_rows(), [&](const LayoutRow& row) { return row.info.name == name; });
}

std::vector<std::string> words_of_list(std::string_view list) {
  std::istringstream in{std::string(list)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

}  // namespace blip
