#include "training/data/video_texts.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <utility>

#include "core/base/error.h"
#include "core/text/subtitles.h"
#include "training/data/json_entry.h"

namespace blip {
namespace {

constexpr std::string_view kAnnotations = "annotations.json";
constexpr std::array<std::string_view, 9> kVideoExtensions{".mp4", ".mkv", ".webm", ".avi", ".mov",
                                                           ".m4v", ".ts",  ".mpg",  ".mpeg"};
constexpr std::array<const char*, 3> kTextExtensions{".json", ".vtt", ".srt"};

TextSegment read_segment(const JsonEntry& entry) {
  TextSegment segment;
  segment.start = entry.number("start");
  segment.end = entry.number("end");
  if (segment.start < 0 || segment.end <= segment.start) {
    entry.fail("is from " + std::to_string(segment.start) + " to " + std::to_string(segment.end) +
               " s; must begin at 0 or later and end after that");
  }
  segment.texts = read_item_texts(entry);
  if (entry.has("text")) segment.texts.captions = entry.text_or_texts("text");
  if (segment.texts.captions.empty() && segment.texts.questions.empty() && segment.texts.web.empty())
    entry.fail("has no text, captions, questions or web text");
  return segment;
}

// From the start of the first shot to the end of the last one, in whatever order they are listed.
TextSegment whole_clip(const JsonEntry& clip, const std::vector<TextSegment>& shots) {
  TextSegment whole{
      shots.front().start, shots.front().end, {.captions = {clip.text("caption")}, .questions = {}, .web = {}}};
  for (const TextSegment& shot : shots) {
    whole.start = std::min(whole.start, shot.start);
    whole.end = std::max(whole.end, shot.end);
  }
  return whole;
}

TextedVideos read_annotations(const std::filesystem::path& file, bool whole_clips) {
  std::ifstream in(file, std::ios::binary);
  nlohmann::json document;
  const std::string name = "'" + file.string() + "'";
  try {
    document = nlohmann::json::parse(in);
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorKind::kInvalidData, name + " is not valid JSON: " + error.what());
  }
  TextedVideos result;
  std::set<std::string> files;
  for (const JsonEntry& clip : JsonEntry(document, name).objects("clips")) {
    TextedVideo video;
    const std::string path = clip.text("file");
    if (!files.insert(path).second) clip.fail("'file' '" + path + "' is there twice");
    video.file = file.parent_path() / path;
    for (const JsonEntry& shot : clip.objects("shots")) video.segments.push_back(read_segment(shot));
    if (video.segments.empty()) clip.fail("has no shots");
    if (whole_clips) video.segments = {whole_clip(clip, video.segments)};
    result.videos.push_back(std::move(video));
  }
  if (result.videos.empty()) throw Error(ErrorKind::kInvalidData, name + " has no clips");
  return result;
}

// Appends the video with its texts; false when nothing lies beside it.
bool read_beside(const std::filesystem::path& file, TextedVideos& result) {
  TextedVideo video{file, {}};
  for (const char* extension : kTextExtensions) {
    auto text = file;
    text.replace_extension(extension);
    if (!std::filesystem::exists(text)) continue;
    if (std::string_view(extension) == ".json") {
      read_json_list(text, [&](const JsonEntry& entry) { video.segments.push_back(read_segment(entry)); });
    } else {
      Subtitles subtitles = read_subtitles(text);
      result.warnings.insert(result.warnings.end(), subtitles.warnings.begin(), subtitles.warnings.end());
      for (SubtitleCue& cue : subtitles.cues)
        video.segments.push_back({cue.start, cue.end, {.captions = {std::move(cue.text)}, .questions = {}, .web = {}}});
      if (video.segments.empty())
        throw Error(ErrorKind::kInvalidData, "subtitles '" + text.string() + "' have no usable cue");
    }
    result.videos.push_back(std::move(video));
    return true;
  }
  return false;
}

TextedVideos read_folder(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && is_video_file(entry.path())) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  TextedVideos result;
  for (const auto& file : files)
    if (!read_beside(file, result)) result.warnings.push_back("video '" + file.string() + "' has no text beside it");
  if (!result.videos.empty()) return result;
  throw Error(ErrorKind::kNotFound, "folder '" + folder.string() + "' holds neither " + std::string(kAnnotations) +
                                        " nor a video with .json, .vtt or .srt beside it");
}

}  // namespace

bool is_video_file(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return std::find(kVideoExtensions.begin(), kVideoExtensions.end(), extension) != kVideoExtensions.end();
}

TextedVideos find_texted_videos(const std::filesystem::path& path, bool whole_clips) {
  if (!std::filesystem::exists(path)) throw Error(ErrorKind::kNotFound, "'" + path.string() + "' does not exist");
  const bool is_folder = std::filesystem::is_directory(path);
  if (is_folder && std::filesystem::exists(path / kAnnotations))
    return read_annotations(path / kAnnotations, whole_clips);
  if (!is_folder && !is_video_file(path) && path.extension() == ".json") return read_annotations(path, whole_clips);
  if (whole_clips)
    throw Error(ErrorKind::kInvalidArgument,
                "'" + path.string() + "' has no texts about whole clips; give an " + std::string(kAnnotations));
  if (is_folder) return read_folder(path);
  TextedVideos result;
  if (!read_beside(path, result)) {
    throw Error(ErrorKind::kNotFound,
                "video '" + path.string() + "' has no text beside it; give it a .json, .vtt or .srt of the same name");
  }
  return result;
}

}  // namespace blip
