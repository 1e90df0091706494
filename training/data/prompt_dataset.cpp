#include "training/data/prompt_dataset.h"

#include <utility>

#include "core/base/error.h"
#include "core/vision/image_file.h"

namespace blip {

PromptDataset::PromptDataset(const std::filesystem::path& file, std::filesystem::path root) : root_(std::move(root)) {
  std::unordered_map<std::string, std::int64_t> numbers;
  for (PromptedText& text : read_text_lines(file)) {
    if (text.image.empty())
      throw Error(ErrorKind::kInvalidData,
                  "'" + text.id + "' names no picture; expected {\"image\", \"prompt\", \"text\"}");
    const auto [known, is_new] = numbers.emplace(text.image, static_cast<std::int64_t>(pictures_.size()));
    if (is_new) pictures_.push_back(text.image);
    lines_.push_back({known->second, std::move(text)});
  }
}

Sample PromptDataset::read_text(std::int64_t index, std::uint64_t) const {
  const Line& line = lines_[static_cast<std::size_t>(index)];
  Sample sample;
  sample.id = line.text.id;
  sample.prompt = line.text.prompt;
  sample.text = line.text.text;
  sample.verbatim = true;
  sample.image_index = line.picture;
  return sample;
}

Sample PromptDataset::read(std::int64_t index, std::uint64_t choice) const {
  Sample sample = read_text(index, choice);
  try {
    sample.image = read_picture(sample.image_index);
  } catch (const Error& error) {
    throw Error(error.kind(), "'" + sample.id + "': " + error.what());
  }
  return sample;
}

RgbImage PromptDataset::read_picture(std::int64_t picture) const {
  return read_image(root_ / pictures_[static_cast<std::size_t>(picture)]);
}

std::vector<std::filesystem::path> PromptDataset::pictures() const {
  std::vector<std::filesystem::path> paths;
  for (const std::string& picture : pictures_) paths.push_back(root_ / picture);
  return paths;
}

}  // namespace blip
