#include "pipelines/searching/edit_lists.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/error.h"
#include "pipelines/terminal/cue_text.h"

namespace blip {
namespace {

using Json = nlohmann::ordered_json;

std::int64_t frames_of(std::int64_t nanoseconds, double fps) {
  return std::llround(static_cast<double>(nanoseconds) / 1e9 * fps);
}

// In frames: where a clip begins, and how many it has, at least one.
struct FrameRange {
  std::int64_t start = 0, count = 0;
};

FrameRange range_of(const EditClip& clip, double fps) {
  const std::int64_t start = frames_of(clip.start, fps);
  return {start, std::max<std::int64_t>(1, frames_of(clip.end, fps) - start)};
}

Json time_json(std::int64_t frames, double fps) {
  return {{"OTIO_SCHEMA", "RationalTime.1"}, {"rate", fps}, {"value", static_cast<double>(frames)}};
}

Json range_json(const FrameRange& range, double fps) {
  return {{"OTIO_SCHEMA", "TimeRange.1"},
          {"start_time", time_json(range.start, fps)},
          {"duration", time_json(range.count, fps)}};
}

std::string url_of(const std::string& path) {
  if (path.find("://") != std::string::npos) return path;
  std::string url = "file://";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("/-_.~").find(c) != std::string_view::npos) {
      url += c;
    } else {
      char escaped[4];
      std::snprintf(escaped, sizeof escaped, "%%%02X", static_cast<unsigned>(byte));
      url += escaped;
    }
  }
  return url;
}

Json clip_json(const EditClip& clip, double fps) {
  Json media = {{"OTIO_SCHEMA", "ExternalReference.1"},
                {"metadata", Json::object()},
                {"name", std::filesystem::path(clip.path).filename().string()},
                {"available_range", nullptr},
                {"target_url", url_of(clip.path)}};
  if (clip.duration > 0) media["available_range"] = range_json({0, frames_of(clip.duration, fps)}, fps);
  return {{"OTIO_SCHEMA", "Clip.1"},     {"metadata", {{"gst-blip", {{"score", clip.score}}}}},
          {"name", one_line(clip.name)}, {"source_range", range_json(range_of(clip, fps), fps)},
          {"effects", Json::array()},    {"markers", Json::array()},
          {"media_reference", media}};
}

std::string padded(std::int64_t number, std::size_t width) {
  std::string digits = std::to_string(number);
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  return digits;
}

std::string timecode(std::int64_t frames, std::int64_t fps) {
  const std::int64_t seconds = frames / fps;
  return padded(seconds / 3600 % 100, 2) + ":" + padded(seconds / 60 % 60, 2) + ":" + padded(seconds % 60, 2) + ":" +
         padded(frames % fps, 2);
}

// Eight letters or digits of the file's name; files of one such name are told apart by a number.
std::string reel_of(const std::string& path, std::map<std::string, std::string>& reels) {
  if (const auto known = reels.find(path); known != reels.end()) return known->second;
  std::string reel;
  for (const char c : std::filesystem::path(path).stem().string())
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 && reel.size() < 8)
      reel += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (reel.empty()) reel = "CLIP";
  std::set<std::string> taken;
  for (const auto& [other, name] : reels) taken.insert(name);
  std::string name = reel;
  for (int number = 2; taken.contains(name); ++number) {
    const std::string suffix = std::to_string(number);
    name = reel.substr(0, 8 - suffix.size()) + suffix;
  }
  reels[path] = name;
  return name;
}

}  // namespace

std::string otio_of_clips(std::span<const EditClip> clips, const std::string& title, double fps) {
  Json children = Json::array();
  for (const EditClip& clip : clips) children.push_back(clip_json(clip, fps));
  const Json track = {
      {"OTIO_SCHEMA", "Track.1"}, {"metadata", Json::object()}, {"name", "V1"},         {"source_range", nullptr},
      {"effects", Json::array()}, {"markers", Json::array()},   {"children", children}, {"kind", "Video"}};
  const Json stack = {{"OTIO_SCHEMA", "Stack.1"},        {"metadata", Json::object()}, {"name", "tracks"},
                      {"source_range", nullptr},         {"effects", Json::array()},   {"markers", Json::array()},
                      {"children", Json::array({track})}};
  const Json timeline = {{"OTIO_SCHEMA", "Timeline.1"},
                         {"metadata", Json::object()},
                         {"name", one_line(title)},
                         {"global_start_time", nullptr},
                         {"tracks", stack}};
  return timeline.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string edl_of_clips(std::span<const EditClip> clips, const std::string& title, double fps) {
  const std::int64_t rate = std::llround(fps);
  if (std::abs(fps - static_cast<double>(rate)) > 1e-9)
    throw Error(ErrorKind::kInvalidArgument,
                "an edit list counts whole frames a second; give --fps 24, 25, 30, 50 or "
                "60, or take --format otio");
  if (clips.size() > 999)
    throw Error(ErrorKind::kInvalidArgument, "an edit list has at most 999 events, these are " +
                                                 std::to_string(clips.size()) +
                                                 "; take fewer with -n, or --format otio");
  std::string text = "TITLE: " + one_line(title) + "\nFCM: NON-DROP FRAME\n";
  std::map<std::string, std::string> reels;
  std::int64_t record = 3600 * rate;  // programs begin at one o'clock
  int number = 0;
  for (const EditClip& clip : clips) {
    const FrameRange range = range_of(clip, fps);
    std::string reel = reel_of(clip.path, reels);
    reel.resize(8, ' ');
    text += "\n" + padded(++number, 3) + "  " + reel + " V     C        " + timecode(range.start, rate) + " " +
            timecode(range.start + range.count, rate) + " " + timecode(record, rate) + " " +
            timecode(record + range.count, rate) + "\n";
    text += "* FROM CLIP NAME: " + one_line(std::filesystem::path(clip.path).filename().string()) + "\n";
    if (!clip.name.empty()) text += "* COMMENT: " + one_line(clip.name) + "\n";
    record += range.count;
  }
  return text;
}

}  // namespace blip
