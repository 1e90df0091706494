#include "training/data/annotation_dataset.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/base/error.h"
#include "core/text/caption_text.h"
#include "core/vision/image_file.h"

namespace blip {
namespace {

constexpr std::size_t kNlvr2Words = 40;
constexpr std::size_t kNamed = 10;

std::string entry_name(const std::string& file, std::int64_t index) {
  return "'" + file + "' entry " + std::to_string(index);
}

RgbImage read_entry_picture(const std::filesystem::path& path, const std::string& entry) {
  try {
    return read_image(path);
  } catch (const Error& error) {
    throw Error(error.kind(), entry + ": " + error.what());
  }
}

// Exchanges the words "left" and "right".
void mirror_words(std::string& sentence) {
  std::string mirrored;
  for (std::size_t begin = 0; begin <= sentence.size();) {
    const std::size_t end = std::min(sentence.find(' ', begin), sentence.size());
    const std::string word = sentence.substr(begin, end - begin);
    if (begin > 0) mirrored += ' ';
    mirrored += word == "left" ? "right" : word == "right" ? "left" : word;
    begin = end + 1;
  }
  sentence = std::move(mirrored);
}

}  // namespace

CaptionDataset::CaptionDataset(std::vector<CaptionEntry> entries, std::filesystem::path root, std::string file,
                               std::vector<std::string> warnings)
    : entries_(std::move(entries)), root_(std::move(root)), file_(std::move(file)), warnings_(std::move(warnings)) {
  std::unordered_map<std::string, std::int64_t> numbers;
  for (std::size_t row = 0; row < entries_.size(); ++row) {
    const auto [known, is_new] = numbers.emplace(entries_[row].image_id, static_cast<std::int64_t>(numbers.size()));
    image_indices_.push_back(known->second);
    if (is_new) first_rows_.push_back(static_cast<std::int64_t>(row));
  }
}

Sample CaptionDataset::read(std::int64_t index, std::uint64_t choice) const {
  Sample sample = read_text(index, choice);
  sample.image = read_entry_picture(root_ / entries_[static_cast<std::size_t>(index)].image, sample.id);
  return sample;
}

RgbImage CaptionDataset::read_picture(std::int64_t picture) const {
  const std::int64_t row = first_rows_[static_cast<std::size_t>(picture)];
  return read_entry_picture(root_ / entries_[static_cast<std::size_t>(row)].image, entry_name(file_, row));
}

Sample CaptionDataset::read_text(std::int64_t index, std::uint64_t choice) const {
  const auto& entry = entries_[static_cast<std::size_t>(index)];
  Sample sample;
  sample.id = entry_name(file_, index);
  sample.text = entry.captions[choice % entry.captions.size()];
  sample.captions = entry.captions;
  sample.image_index = image_indices_[static_cast<std::size_t>(index)];
  return sample;
}

std::vector<std::filesystem::path> CaptionDataset::pictures() const {
  std::vector<std::filesystem::path> result;
  for (const CaptionEntry& entry : entries_) result.push_back(root_ / entry.image);
  return result;
}

VqaDataset::VqaDataset(std::vector<VqaEntry> entries, std::filesystem::path root, std::filesystem::path vg_root,
                       std::string file)
    : entries_(std::move(entries)), root_(std::move(root)), vg_root_(std::move(vg_root)), file_(std::move(file)) {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (!entries_[i].answers.empty()) continue;
    throw Error(ErrorKind::kInvalidData, entry_name(file_, static_cast<std::int64_t>(i)) + ": has no 'answer'");
  }
}

std::filesystem::path VqaDataset::picture(const VqaEntry& entry) const {
  return (entry.visual_genome ? vg_root_ : root_) / entry.image;
}

Sample VqaDataset::read(std::int64_t index, std::uint64_t) const {
  const auto& entry = entries_[static_cast<std::size_t>(index)];
  Sample sample;
  sample.id = entry_name(file_, index);
  sample.image = read_entry_picture(picture(entry), sample.id);
  sample.text = entry.question;
  sample.answers = entry.answers;
  return sample;
}

std::vector<std::filesystem::path> VqaDataset::pictures() const {
  std::vector<std::filesystem::path> result;
  for (const VqaEntry& entry : entries_) result.push_back(picture(entry));
  return result;
}

Nlvr2Dataset::Nlvr2Dataset(std::vector<Nlvr2Entry> entries, std::filesystem::path root, std::string file, bool swap)
    : entries_(std::move(entries)), root_(std::move(root)), file_(std::move(file)), swap_(swap) {}

Sample Nlvr2Dataset::read(std::int64_t index, std::uint64_t choice) const {
  const auto& entry = entries_[static_cast<std::size_t>(index)];
  Sample sample;
  sample.id = entry_name(file_, index);
  sample.image = read_entry_picture(root_ / entry.left, sample.id);
  sample.second_image = read_entry_picture(root_ / entry.right, sample.id);
  sample.text = pre_caption(entry.sentence, kNlvr2Words);
  sample.label = entry.label ? 1 : 0;
  if (swap_ && choice % 2 == 1) {
    std::swap(sample.image, sample.second_image);
    mirror_words(sample.text);
  }
  return sample;
}

std::vector<std::filesystem::path> Nlvr2Dataset::pictures() const {
  std::vector<std::filesystem::path> result;
  for (const Nlvr2Entry& entry : entries_) {
    result.push_back(root_ / entry.left);
    result.push_back(root_ / entry.right);
  }
  return result;
}

void verify_pictures(const std::vector<std::filesystem::path>& pictures, const std::string& file) {
  std::size_t missing = 0;
  std::string names;
  for (const auto& picture : pictures) {
    if (std::filesystem::is_regular_file(picture)) continue;
    if (missing++ < kNamed) names += (names.empty() ? " '" : ", '") + picture.string() + "'";
  }
  if (missing == 0) return;
  throw Error(ErrorKind::kNotFound, "'" + file + "': " + std::to_string(missing) + " of " +
                                        std::to_string(pictures.size()) + " pictures do not exist:" + names);
}

}  // namespace blip
