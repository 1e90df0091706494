#include "training/capfilt/video_pictures.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>

#include "core/base/error.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

std::string title_of(fs::path video) {
  std::ifstream in(video.replace_extension(".info.json"));
  const auto json = nlohmann::json::parse(in, nullptr, /*allow_exceptions=*/false);
  const auto found = json.is_object() ? json.find("title") : json.end();
  return json.is_object() && found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool has_texts_beside(const fs::path& video) {
  for (const char* extension : {".json", ".vtt", ".srt"}) {
    fs::path file = video;
    std::error_code ignored;
    if (fs::exists(file.replace_extension(extension), ignored)) return true;
  }
  return false;
}

// A name without signs that mean something in a shard.
std::string plain_name(const fs::path& video) {
  std::string name = video.stem().string();
  for (char& c : name) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!plain) c = '_';
  }
  constexpr std::size_t kMostLetters = 48;
  return name.substr(0, kMostLetters);
}

// How much of a segment lies in the shot, 0 … 1.
double share_within(const TextSegment& segment, const ShotFrame& frame) {
  const double shared = std::min(segment.end, frame.shot_end) - std::max(segment.start, frame.shot_start);
  return std::max(shared, 0.0) / (segment.end - segment.start);
}

// What is said of a frame.
void add_spoken(const TextedVideo& video, const ShotFrame& frame, std::vector<FoundText>& texts) {
  std::string spoken;
  for (const TextSegment& segment : video.segments) {
    const bool shown = segment.start <= frame.time && frame.time < segment.end;
    if (!shown && share_within(segment, frame) <= 0.5) continue;
    if (!segment.texts.web.empty()) {
      if (shown) texts.push_back({segment.texts.web, "web", ""});
    } else if (!segment.texts.captions.empty()) {
      spoken += (spoken.empty() ? "" : " ") + segment.texts.captions.front();
    }
  }
  if (!spoken.empty()) texts.push_back({spoken, "subtitles", ""});
}

class VideoPictures final : public PictureReader {
 public:
  VideoPictures(std::vector<VideoInput> videos, const ShotOptions& options)
      : videos_(std::move(videos)), options_(options) {
    options_.validate();
  }

  bool next(Found& found) override {
    found = {};
    for (; number_ < videos_.size(); close()) {
      try {
        if (!frames_) open();
        ShotFrame frame;
        if (!frames_->next(frame)) continue;
        take(std::move(frame), found);
        return true;
      } catch (const Error& error) {
        found.key = prefix();
        found.failure = {kBrokenVideo, error.what()};
        close();
        return true;
      }
    }
    return false;
  }

 private:
  std::string prefix() const {
    char number[32];
    std::snprintf(number, sizeof number, "%05zu-", number_);
    return number + plain_name(videos_[number_].file);
  }

  void open() {
    const VideoInput& input = videos_[number_];
    frames_ = std::make_unique<ShotFrames>(input.file, options_);
    texts_ = {};
    title_ = title_of(input.file);
    if (input.texts) {
      texts_ = *input.texts;
    } else if (has_texts_beside(input.file)) {
      texts_ = std::move(find_texted_videos(input.file).videos.at(0));
    }
  }

  void close() {
    frames_.reset();
    ++number_;
  }

  void take(ShotFrame frame, Found& found) const {
    char time[32];
    std::snprintf(time, sizeof time, "-%09lld", std::llround(frame.time * 1000));
    found.key = prefix() + time;
    if (frame.near_duplicate) {
      found.dropped = kNearDuplicate;
      return;
    }
    FoundPicture picture;
    picture.key = found.key;
    picture.video = videos_[number_].file.filename().string();
    picture.time = frame.time;
    add_spoken(texts_, frame, picture.texts);
    if (!title_.empty()) picture.texts.push_back({title_, "title", ""});
    picture.image = std::move(frame.image);
    found.picture = std::move(picture);
  }

  std::vector<VideoInput> videos_;
  ShotOptions options_;
  std::size_t number_ = 0;
  std::unique_ptr<ShotFrames> frames_;
  TextedVideo texts_;
  std::string title_;
};

}  // namespace

std::unique_ptr<PictureReader> read_video_pictures(std::vector<VideoInput> videos, const ShotOptions& options) {
  return std::make_unique<VideoPictures>(std::move(videos), options);
}

}  // namespace blip
