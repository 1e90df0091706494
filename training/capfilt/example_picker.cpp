#include "training/capfilt/example_picker.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/vision/jpeg_writer.h"
#include "core/vision/pillow_resize.h"
#include "training/data/shard_writer.h"

namespace blip {
namespace {

constexpr std::size_t kEach = 3;
constexpr int kWidest = 192;  // pixels

// FNV-1a with a final mix.
std::uint64_t rank_of(const std::string& key) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return (hash ^ hash >> 31) * 0x9e3779b97f4a7c15U;
}

std::string thumbnail(const RgbImage& image) {
  const int longest = std::max(image.width, image.height);
  if (longest <= kWidest) return encode_jpeg(image, {.quality = 85});
  const auto scaled = [&](int size) { return std::max(1, size * kWidest / longest); };
  return encode_jpeg(pillow_resize(image, scaled(image.width), scaled(image.height)), {.quality = 85});
}

std::string json_of(const PictureOutcome& outcome, const JudgedText& text) {
  nlohmann::ordered_json json;
  json["source"] = kTextSourceNames[static_cast<std::size_t>(text.source)];
  json["verdict"] = kVerdictNames[static_cast<std::size_t>(text.verdict)];
  json["text"] = text.text;
  if (text.match) json["match"] = *text.match;
  if (!text.label.empty()) json["label"] = text.label;
  if (!text.reason.empty()) json["reason"] = text.reason;
  if (!outcome.video.empty()) json["video"] = outcome.video;
  if (outcome.time) json["time"] = *outcome.time;
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

void ExamplePicker::offer(const FoundPicture& picture, const PictureOutcome& outcome) {
  for (std::size_t i = 0; i < outcome.texts.size(); ++i) {
    const JudgedText& text = outcome.texts[i];
    if (text.source == TextSource::kHuman || text.verdict == Verdict::kFailed) continue;
    auto& picked = picked_[2 * static_cast<std::size_t>(text.source) + (text.verdict == Verdict::kKept ? 0 : 1)];
    const std::string key = pair_key(outcome, i);
    const std::uint64_t rank = rank_of(key);
    if (picked.size() == kEach && rank >= picked.back().rank) continue;
    if (picked.size() == kEach) picked.pop_back();
    const auto place =
        std::find_if(picked.begin(), picked.end(), [&](const Example& other) { return rank < other.rank; });
    picked.insert(place, {rank, key, thumbnail(picture.image), json_of(outcome, text)});
  }
}

void ExamplePicker::write(const std::filesystem::path& folder) const {
  ShardWriter writer(folder, std::numeric_limits<std::int64_t>::max());
  for (const auto& picked : picked_) {
    for (const Example& example : picked) {
      const std::array<std::pair<std::string, std::string>, 2> files{{{"jpg", example.jpeg}, {"json", example.json}}};
      writer.add(example.key, files);
    }
  }
  writer.finish();
}

}  // namespace blip
