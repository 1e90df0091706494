#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/index/index_reader.h"
#include "pipelines/records/record_output.h"
#include "pipelines/records/record_writer.h"
#include "pipelines/searching/caption_cues.h"
#include "pipelines/searching/chapter_list.h"
#include "pipelines/searching/caption_export_command.h"
#include "pipelines/searching/result_output.h"
#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

std::vector<VideoRow> chosen_videos(const ExportSettings& settings, const IndexReader& index) {
  if (settings.all == !settings.videos.empty())
    throw UsageError("which videos? gst-blip index export talk.mp4, or --all");
  if (settings.all) return index.videos();
  std::vector<VideoRow> chosen;
  for (const std::string& name : settings.videos) {
    std::error_code ignored;
    auto video = index.video_at(std::filesystem::absolute(name, ignored).lexically_normal());
    if (!video) video = index.video_at(name);
    if (!video) throw UsageError("'" + name + "' is not in the index; gst-blip index list shows what is");
    chosen.push_back(std::move(*video));
  }
  return chosen;
}

std::string spelled(const std::string& format, const std::vector<TimedRecord>& segments) {
  if (format == "chapters") return chapters_of(caption_cues(segments));
  const OutputFormat known = format == "srt"     ? OutputFormat::kSrt
                             : format == "jsonl" ? OutputFormat::kJson
                                                 : OutputFormat::kVtt;
  const auto writer = make_record_writer(known, false);
  std::string text = writer->header();
  for (const TimedRecord& record : known == OutputFormat::kJson ? segments : caption_cues(segments))
    text += writer->spell(record);
  return text;
}

bool is_folder(const std::string& output) {
  std::error_code ignored;
  return output.ends_with('/') || std::filesystem::is_directory(output, ignored);
}

// "talk.vtt"; where several videos have one name, "talk-2.vtt" and so on.
std::string file_name(const VideoRow& video, const std::string& format, std::set<std::string>& taken) {
  const std::string stem = std::filesystem::path(video.file.path).stem().string();
  const std::string ending = format == "chapters" ? ".ffmeta" : "." + format;
  std::string name = stem + ending;
  for (int number = 2; !taken.insert(name).second; ++number) name = stem + "-" + std::to_string(number) + ending;
  return name;
}

}  // namespace

std::string ExportSettings::export_format() const {
  if (!format.empty()) return format;
  const std::string ending = std::filesystem::path(output).extension();
  if (ending == ".srt") return "srt";
  if (ending == ".json" || ending == ".jsonl") return "jsonl";
  if (ending == ".ffmeta" || ending == ".ffmetadata") return "chapters";
  return "vtt";
}

int run_export_job(const ExportSettings& settings, Console& console) {
  need_index(settings.index_path());
  const IndexReader index(settings.index_path());
  const std::vector<VideoRow> videos = chosen_videos(settings, index);
  const std::string format = settings.export_format();
  const bool folder = is_folder(settings.output);
  if (!folder && videos.size() > 1 && format != "jsonl")
    throw UsageError("a " + format + " file tells of one video, these are " + std::to_string(videos.size()) +
                     "; give -o FOLDER/, or --format jsonl");
  if (videos.empty()) console.line("the index has no videos yet; gst-blip index add PATH fills it");
  std::string all;
  std::set<std::string> taken;
  if (folder) {
    std::error_code failed;
    std::filesystem::create_directories(settings.output, failed);
    if (failed) throw OutputFailure(ErrorKind::kFailed, "cannot make '" + settings.output + "': " + failed.message());
  }
  for (const VideoRow& video : videos) {
    const auto segments = segment_records(video, index.segments(video.id));
    if (segments.empty()) console.line("'" + video.file.path + "' has no segments yet");
    const std::string text = spelled(format, segments);
    if (folder)
      write_result(std::filesystem::path(settings.output) / file_name(video, format, taken), text);
    else
      all += text;
  }
  if (!folder) write_result(settings.output, all);
  return 0;
}

}  // namespace blip
