#include "pipelines/searching/search_job.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "core/base/error.h"
#include "pipelines/records/record_writer.h"
#include "pipelines/searching/chapter_list.h"
#include "pipelines/searching/edit_lists.h"
#include "pipelines/searching/hit_json.h"
#include "pipelines/searching/hit_text.h"
#include "pipelines/searching/result_output.h"
#include "pipelines/searching/searcher.h"
#include "pipelines/terminal/clock_text.h"
#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

SegmentId segment_of(const std::filesystem::path& index, const VideoMoment& moment) {
  const IndexReader reader(index);
  std::error_code ignored;
  const auto absolute = std::filesystem::absolute(moment.video, ignored).lexically_normal();
  auto video = reader.video_at(absolute);
  if (!video) video = reader.video_at(moment.video);
  if (!video) throw UsageError("--like: '" + moment.video + "' is not in the index; gst-blip index list shows what is");
  const auto segment = reader.segment_at(video->id, moment.time);
  if (!segment || moment.time > std::max(segment->end, video->size.duration))
    throw UsageError("--like: '" + moment.video + "' has nothing indexed at " + seconds_text(moment.time) +
                     " s; it is " + seconds_text(video->size.duration) + " s long");
  return segment->id;
}

std::string title_of(const SearchRequest& request) {
  std::string title;
  for (const WeightedText& term : request.texts)
    title += (title.empty() ? "" : term.weight < 0 ? ", not " : ", ") + term.text;
  if (title.empty()) title = request.words;
  return title.empty() ? "search" : title;
}

// The results as cues; subtitle files and chapters tell of one video.
std::vector<TimedRecord> cues_of(const SearchRequest& request, const SearchResult& result) {
  std::vector<TimedRecord> records;
  for (const SearchHit& hit : result.hits) {
    if (hit.path != result.hits.front().path)
      throw UsageError("the results lie in several videos, such as '" + result.hits.front().path + "' and '" +
                       hit.path + "', and this format can tell of one; choose one with --path, or take --format json");
    TimedRecord record;
    record.source = hit.path;
    record.start = hit.start;
    record.end = hit.end;
    record.text = hit.caption.empty() ? title_of(request) : hit.caption;
    records.push_back(std::move(record));
  }
  std::sort(records.begin(), records.end(),
            [](const TimedRecord& a, const TimedRecord& b) { return a.start < b.start; });
  return records;
}

std::vector<EditClip> clips_of(const std::filesystem::path& index, const SearchResult& result) {
  const IndexReader reader(index);
  std::vector<EditClip> clips;
  for (const SearchHit& hit : result.hits) {
    const auto video = reader.video(hit.video);
    clips.push_back({hit.path, hit.start, hit.end, video ? video->size.duration : 0, hit.caption, hit.score});
  }
  return clips;
}

std::string spelled(const SearchSettings& settings, const SearchRequest& request, const SearchResult& result) {
  const auto with_writer = [&](OutputFormat format) {
    const auto writer = make_record_writer(format, false);
    std::string text = writer->header();
    for (const TimedRecord& record : cues_of(request, result)) text += writer->spell(record);
    return text;
  };
  std::error_code ignored;
  switch (settings.hit_format()) {
    case HitFormat::kText:
      return text_of_hits(request, result, std::filesystem::current_path(ignored), settings.explain);
    case HitFormat::kJson:
      return json_of_hits(request, result, settings.explain);
    case HitFormat::kSrt:
      return with_writer(OutputFormat::kSrt);
    case HitFormat::kVtt:
      return with_writer(OutputFormat::kVtt);
    case HitFormat::kChapters:
      return chapters_of(cues_of(request, result));
    case HitFormat::kOtio:
      return otio_of_clips(clips_of(settings.index_path(), result), title_of(request), settings.fps);
    case HitFormat::kEdl:
      return edl_of_clips(clips_of(settings.index_path(), result), title_of(request), settings.fps);
  }
  return {};
}

}  // namespace

int run_search_job(const SearchSettings& settings, Console& console) {
  SearchRequest request = settings.request();
  const std::filesystem::path index = settings.index_path();
  need_index(index);
  if (!settings.like.empty()) request.like = segment_of(index, parse_video_moment(settings.like));
  Searcher searcher(index, settings);
  const SearchResult result = searcher.search(request);
  for (const std::string& warning : result.warnings) console.line(warning);
  write_result(settings.output, spelled(settings, request, result));
  if (const std::string why = why_nothing(request, result); !why.empty() && result.warnings.empty())
    console.line(why);
  else if (result.more && !result.hits.empty() && settings.hit_format() == HitFormat::kText)
    console.line("there may be more: --offset " + std::to_string(request.offset + std::ssize(result.hits)));
  return 0;
}

}  // namespace blip
