#include "training/data/shard_dataset.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <system_error>

#include "core/base/error.h"
#include "core/text/utf8.h"
#include "training/data/picture_bytes.h"
#include "training/data/shard_reader.h"

namespace blip {
namespace {

std::vector<std::filesystem::path> find_shards(const std::filesystem::path& path) {
  if (std::filesystem::is_regular_file(path)) return {path};
  if (!std::filesystem::is_directory(path))
    throw Error(ErrorKind::kNotFound, "shards '" + path.string() + "' do not exist; give a folder of .tar files");
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(path))
    if (entry.path().extension() == ".tar" && entry.is_regular_file()) files.push_back(entry.path());
  if (files.empty()) throw Error(ErrorKind::kNotFound, "folder '" + path.string() + "' holds no .tar files");
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

ItemTexts parse_shard_texts(const std::string* json, const std::string* txt, const std::string& where) {
  if (json != nullptr) {
    nlohmann::json object;
    try {
      object = nlohmann::json::parse(*json);
    } catch (const nlohmann::json::exception& error) {
      throw Error(ErrorKind::kInvalidData, where + ": its .json is not valid JSON: " + error.what());
    }
    ItemTexts texts = read_item_texts(JsonEntry(object, where));
    if (!texts.captions.empty() || txt == nullptr) return texts;
    texts.captions.push_back(*txt);
    return texts;
  }
  ItemTexts texts;
  if (txt == nullptr) return texts;
  if (!is_utf8(*txt)) throw Error(ErrorKind::kInvalidData, where + ": its .txt is not UTF-8");
  if (txt->find_first_not_of(" \t\r\n") == std::string::npos)
    throw Error(ErrorKind::kInvalidData, where + ": its .txt is empty");
  texts.captions.push_back(*txt);
  return texts;
}

ShardDataset::ShardDataset(const std::filesystem::path& path, TextKind text) : text_(text) {
  for (auto& file : find_shards(path)) {
    ShardIndex index = index_shard(file);
    warnings_.insert(warnings_.end(), index.warnings.begin(), index.warnings.end());
    starts_.push_back(starts_.back() + static_cast<std::int64_t>(index.positions.size()));
    shards_.push_back({std::move(file), std::move(index.positions)});
  }
  if (size() == 0) throw Error(ErrorKind::kInvalidData, "shards '" + path.string() + "' hold no whole sample");
}

std::vector<std::int64_t> ShardDataset::shard_sizes() const {
  std::vector<std::int64_t> sizes;
  for (const Shard& shard : shards_) sizes.push_back(static_cast<std::int64_t>(shard.positions.size()));
  return sizes;
}

Sample ShardDataset::read(std::int64_t index, std::uint64_t choice) const {
  return read_sample(index, choice, /*with_picture=*/true);
}

Sample ShardDataset::read_text(std::int64_t index, std::uint64_t choice) const {
  return read_sample(index, choice, /*with_picture=*/false);
}

Sample ShardDataset::read_sample(std::int64_t index, std::uint64_t choice, bool with_picture) const {
  const auto place = std::upper_bound(starts_.begin(), starts_.end(), index) - starts_.begin() - 1;
  const Shard& shard = shards_[static_cast<std::size_t>(place)];
  const auto within = static_cast<std::size_t>(index - starts_[static_cast<std::size_t>(place)]);
  const ShardSample stored = read_shard_sample(shard.file, shard.positions[within]);

  Sample sample;
  sample.id = (shard.file.parent_path().filename() / shard.file.filename()).string() + ":" + stored.key;
  const std::string where = "shard sample '" + sample.id + "'";
  const ItemTexts texts = parse_shard_texts(stored.find("json"), stored.find("txt"), where);
  if (!texts.has(text_)) {
    constexpr std::array<const char*, 3> kMissing{"caption", "web text", "question"};
    throw Error(ErrorKind::kInvalidData, where + " has no " + kMissing[static_cast<std::size_t>(text_)]);
  }
  texts.choose(text_, choice, sample);
  sample.image_index = index;
  if (!with_picture) return sample;
  for (const char* extension : {"jpg", "jpeg", "png"}) {
    if (const std::string* bytes = stored.find(extension); bytes != nullptr) {
      sample.image = decode_picture(*bytes, sample.id);
      return sample;
    }
  }
  throw Error(ErrorKind::kInvalidData, where + " has no picture (.jpg, .jpeg or .png)");
}

}  // namespace blip
