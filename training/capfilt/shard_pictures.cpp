#include "training/capfilt/shard_pictures.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/error.h"
#include "training/data/shard_dataset.h"
#include "training/data/shard_reader.h"

namespace blip {
namespace {

constexpr std::array<const char*, 3> kPictureExtensions{"jpg", "jpeg", "png"};

nlohmann::json parse_object(const std::string* text) {
  if (text == nullptr) return nlohmann::json::object();
  auto json = nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false);
  return json.is_object() ? json : nlohmann::json::object();
}

std::string text_field(const nlohmann::json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// A name that can be a sample's in an output shard.
std::string plain_key(const std::string& key) {
  const std::string normal = std::filesystem::path("/" + key).lexically_normal().string();
  return normal.substr(1);
}

class ShardPictures final : public PictureReader {
 public:
  ShardPictures(std::filesystem::path shard, ShardTexts texts)
      : shard_(std::move(shard)), texts_(texts), index_(index_shard(shard_)), lost_(lost_samples()) {}

  bool next(Found& found) override {
    found = {};
    if (next_ < index_.positions.size()) {
      read(index_.positions[next_++], found);
      return true;
    }
    if (lost_ == 0) return false;
    found.key = "lost-" + std::to_string(lost_--);
    found.failure = {kDamagedShard, index_.warnings.empty() ? "" : index_.warnings.front()};
    return true;
  }

 private:
  std::int64_t lost_samples() const {
    if (index_.warnings.empty()) return 0;
    auto manifest = shard_;
    std::ifstream in(manifest.replace_extension(".json"));
    const auto json = nlohmann::json::parse(in, nullptr, /*allow_exceptions=*/false);
    const auto found = json.is_object() ? json.find("samples") : json.end();
    const auto usable = static_cast<std::int64_t>(index_.positions.size());
    const bool counted = json.is_object() && found != json.end() && found->is_number_integer();
    return counted ? std::max<std::int64_t>(found->get<std::int64_t>() - usable, 0) : 1;
  }

  void read(std::int64_t position, Found& found) const {
    ShardSample stored;
    try {
      stored = read_shard_sample(shard_, position);
    } catch (const Error& error) {
      found.key = "at-" + std::to_string(position);
      found.failure = {kBrokenSample, error.what()};
      return;
    }
    found.key = plain_key(stored.key);
    FoundPicture picture;
    picture.key = found.key;
    for (const char* extension : kPictureExtensions) {
      const std::string* bytes = stored.find(extension);
      if (bytes == nullptr) continue;
      picture.extension = extension;
      picture.bytes = *bytes;
      break;
    }
    if (picture.extension.empty()) {
      found.failure = {kNoPicture, "sample '" + found.key + "' has no .jpg, .jpeg or .png"};
      return;
    }
    try {
      fill_texts(stored, picture);
    } catch (const Error& error) {
      found.failure = {kBrokenTexts, error.what()};
      return;
    }
    if (texts_ == ShardTexts::kHuman && picture.texts.empty()) {
      found.failure = {kNoText, "sample '" + found.key + "' has no caption"};
      return;
    }
    found.picture = std::move(picture);
  }

  void fill_texts(const ShardSample& stored, FoundPicture& picture) const {
    const std::string* json = stored.find("json");
    const ItemTexts texts = parse_shard_texts(json, stored.find("txt"), "shard sample '" + stored.key + "'");
    const nlohmann::json object = parse_object(json);
    picture.video = text_field(object, "video");
    picture.url = text_field(object, "url");
    if (const auto time = object.find("time"); time != object.end() && time->is_number())
      picture.time = time->get<double>();
    if (texts_ == ShardTexts::kFound && !texts.web.empty()) {
      const auto web = object.find("web");
      const bool labelled = web != object.end() && web->is_object();
      picture.texts.push_back({texts.web, "web", labelled ? text_field(*web, "label") : ""});
      return;
    }
    const bool in_json = object.contains("captions") || object.contains("caption");
    for (const std::string& caption : texts.captions)
      picture.texts.push_back({caption, in_json ? "captions" : "txt", ""});
  }

  std::filesystem::path shard_;
  ShardTexts texts_;
  ShardIndex index_;
  std::int64_t lost_;
  std::size_t next_ = 0;
};

}  // namespace

std::unique_ptr<PictureReader> read_shard_pictures(const std::filesystem::path& shard, ShardTexts texts) {
  return std::make_unique<ShardPictures>(shard, texts);
}

}  // namespace blip
