#include "training/eval/synth_set.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "core/base/error.h"
#include "core/media/video_reader.h"
#include "core/vision/color_convert.h"
#include "training/data/picture_bytes.h"
#include "training/data/shard_reader.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// `read` with what the JSON library throws turned into an Error that names `source`.
template <class Read>
auto reading(const std::string& source, Read read) {
  try {
    return read();
  } catch (const Json::exception& e) {
    throw Error(ErrorKind::kInvalidData, source + ": not as blip-train synth writes it: " + e.what());
  }
}

std::vector<synth::Question> questions_of(const Json& json) {
  std::vector<synth::Question> questions;
  if (!json.contains("questions")) return questions;
  for (const Json& one : json.at("questions"))
    questions.push_back({one.at("question"), one.at("answer"), one.at("kind")});
  return questions;
}

SynthPicture describe(const Json& json, std::string id) {
  SynthPicture picture;
  picture.facts = synth::facts_from_json(json, id);
  picture.captions = json.at("captions").get<std::vector<std::string>>();
  if (picture.captions.empty()) throw Error(ErrorKind::kInvalidData, id + ": \"captions\" is empty");
  picture.wrong_caption = json.at("wrong_caption");
  picture.wrong_kind = json.at("wrong_kind");
  picture.questions = questions_of(json);
  picture.id = std::move(id);
  return picture;
}

// The frames with these numbers in display order.
std::map<std::int64_t, RgbImage> read_frames(const fs::path& video, const std::vector<std::int64_t>& numbers) {
  const std::int64_t last = *std::max_element(numbers.begin(), numbers.end());
  std::map<std::int64_t, RgbImage> images;
  ColorConverter converter;
  VideoReader reader = VideoReader::open(video);
  VideoFrame frame;
  for (std::int64_t number = 0; number <= last && reader.next(frame); ++number) {
    if (std::find(numbers.begin(), numbers.end(), number) == numbers.end()) continue;
    images.emplace(number, converter.to_rgb(frame.view));
  }
  if (!images.contains(last))
    throw Error(ErrorKind::kInvalidData, video.string() + " has no frame " + std::to_string(last));
  return images;
}

void add_clip(const fs::path& folder, const Json& json, SynthSet& set) {
  SynthClip clip;
  clip.id = json.at("file");
  clip.caption = json.at("caption");
  clip.questions = questions_of(json);

  std::vector<std::int64_t> middles, spaced;
  for (const Json& shot : json.at("shots"))
    middles.push_back(shot.at("first_frame").get<std::int64_t>() + shot.at("frames").get<std::int64_t>() / 2);
  const auto step = json.at("frames").get<std::int64_t>() / static_cast<std::int64_t>(kClipFrames);
  for (std::size_t i = 0; i < kClipFrames; ++i) spaced.push_back(static_cast<std::int64_t>(i) * step);
  auto wanted = middles;
  wanted.insert(wanted.end(), spaced.begin(), spaced.end());
  const auto images = read_frames(folder / clip.id, wanted);

  for (const std::int64_t number : spaced) clip.frames.push_back(images.at(number));
  for (std::size_t i = 0; i < middles.size(); ++i) {
    SynthPicture picture = describe(json.at("shots").at(i), clip.id + "#" + std::to_string(middles[i]));
    picture.image = images.at(middles[i]);
    clip.shots.push_back(set.shots.size());
    set.shots.push_back(std::move(picture));
  }
  set.clips.push_back(std::move(clip));
}

void read_clips(const fs::path& folder, std::size_t limit, SynthSet& set) {
  const fs::path path = folder / "annotations.json";
  std::ifstream file(path);
  if (!file) throw Error(ErrorKind::kNotFound, "cannot open '" + path.string() + "'");
  reading(path.string(), [&] {
    const Json json = Json::parse(file);
    for (const Json& clip : json.at("clips")) {
      if (limit != 0 && set.clips.size() == limit) break;
      add_clip(folder, clip, set);
    }
  });
}

SynthPicture read_still(const ShardSample& sample, const std::string& id) {
  const std::string* json = sample.find("json");
  const std::string* jpeg = sample.find("jpg");
  if (json == nullptr || jpeg == nullptr) throw Error(ErrorKind::kInvalidData, id + " has no .jpg or no .json");
  SynthPicture picture = reading(id, [&] { return describe(Json::parse(*json), id); });
  picture.image = decode_picture(*jpeg, id);
  return picture;
}

void read_stills(const fs::path& folder, std::size_t limit, SynthSet& set) {
  std::vector<fs::path> shards;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".tar") shards.push_back(entry.path());
  std::sort(shards.begin(), shards.end());
  for (const fs::path& shard : shards)
    for (const std::int64_t position : index_shard(shard).positions) {
      if (limit != 0 && set.stills.size() == limit) return;
      const ShardSample sample = read_shard_sample(shard, position);
      set.stills.push_back(read_still(sample, shard.filename().string() + ":" + sample.key));
    }
}

}  // namespace

SynthSet read_synth_set(const fs::path& folder, std::size_t limit) {
  const auto holder = [&](const char* name) -> fs::path {
    for (const fs::path& part : {folder, folder / "test", folder / "val"})
      if (fs::exists(part / name)) return part;
    return {};
  };
  SynthSet set;
  const fs::path clips = holder("annotations.json"), stills = holder("shards");
  if (!clips.empty()) read_clips(clips, limit, set);
  if (!stills.empty()) read_stills(stills / "shards", limit, set);
  if (set.shots.empty() && set.stills.empty())
    throw Error(ErrorKind::kNotFound, "'" + folder.string() +
                                          "' holds neither annotations.json with clips nor shards/ with stills; give a "
                                          "data set of blip-train synth");
  return set;
}

}  // namespace blip
