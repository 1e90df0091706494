#include "training/data/annotations.h"

#include <unordered_set>
#include <utility>

#include "training/data/item_texts.h"
#include "training/data/json_entry.h"

namespace blip {
namespace {

constexpr float kVisualGenomeWeight = 0.2F;

}  // namespace

std::vector<CaptionEntry> read_caption_annotations(const std::filesystem::path& file) {
  std::vector<CaptionEntry> entries;
  read_json_list(file, [&](const JsonEntry& json) {
    CaptionEntry entry;
    entry.image = json.text(!json.has("image") && json.has("url") ? "url" : "image");
    entry.captions = json.text_or_texts("caption");
    entry.image_id = json.has("image_id") ? json.id("image_id") : entry.image;
    entries.push_back(std::move(entry));
  });
  return entries;
}

std::vector<VqaEntry> read_vqa_annotations(const std::filesystem::path& file) {
  std::vector<VqaEntry> entries;
  std::unordered_set<std::string> ids;
  read_json_list(file, [&](const JsonEntry& json) {
    VqaEntry entry;
    const std::string dataset = json.has("dataset") ? json.text("dataset") : "vqa";
    if (dataset != "vqa" && dataset != "vg") json.fail("'dataset' is '" + dataset + "'; must be vqa or vg");
    entry.visual_genome = dataset == "vg";
    entry.image = json.text("image");
    entry.question = json.text("question");
    if (json.has("question_id")) {
      entry.question_id = json.id("question_id");
      if (!ids.insert(dataset + " " + entry.question_id).second)
        json.fail("'question_id' " + entry.question_id + " is there twice");
    }
    if (entry.visual_genome) {
      entry.answers = {{json.text("answer"), kVisualGenomeWeight}};
    } else if (json.has("answer")) {
      entry.answers = weigh_answers(json.texts("answer"));
    }
    entries.push_back(std::move(entry));
  });
  return entries;
}

std::vector<Nlvr2Entry> read_nlvr2_annotations(const std::filesystem::path& file) {
  std::vector<Nlvr2Entry> entries;
  read_json_list(file, [&](const JsonEntry& json) {
    Nlvr2Entry entry;
    const auto images = json.texts("images");
    if (images.size() != 2) json.fail("'images' has " + std::to_string(images.size()) + " pictures; must have 2");
    entry.left = images[0];
    entry.right = images[1];
    entry.sentence = json.text("sentence");
    const std::string label = json.text("label");
    if (label != "True" && label != "False") json.fail("'label' is '" + label + "'; must be True or False");
    entry.label = label == "True";
    entries.push_back(std::move(entry));
  });
  return entries;
}

}  // namespace blip
