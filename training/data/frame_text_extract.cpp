#include "training/data/frame_text_extract.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/error.h"
#include "core/vision/jpeg_writer.h"
#include "training/data/random_stream.h"
#include "training/data/shard_writer.h"
#include "training/data/video_frames.h"

namespace blip {
namespace {

// One frame to be taken.
struct Moment {
  std::size_t segment = 0;
  std::int64_t number = 0;  // within its segment
};

std::string json_of(const TextedVideo& video, const TextSegment& segment, double time) {
  nlohmann::ordered_json json;
  json["captions"] = segment.texts.captions;
  if (segment.texts.captions.empty()) json.erase("captions");
  if (!segment.texts.web.empty()) json["web"] = segment.texts.web;
  for (const AnsweredQuestion& question : segment.texts.questions)
    json["questions"].push_back({{"question", question.text}, {"answer", question.answers}});
  json["video"] = video.file.filename().string();
  json["time"] = time;
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string key_of(std::size_t video, const Moment& moment) {
  char key[64];
  std::snprintf(key, sizeof key, "%06zu-%05zu-%02lld", video, moment.segment, static_cast<long long>(moment.number));
  return key;
}

// Extracts one video.
class VideoExtraction {
 public:
  VideoExtraction(const TextedVideo& video, std::size_t number, const ExtractOptions& options)
      : video_(video), number_(number), options_(options) {
    for (std::size_t s = 0; s < video.segments.size(); ++s) {
      const TextSegment& segment = video.segments[s];
      RandomStream random{{options.seed, number, s}};
      const double part = (segment.end - segment.start) / static_cast<double>(options.frames);
      for (std::int64_t k = 0; k < options.frames; ++k) {
        moments_.push_back({s, k});
        times_.push_back(segment.start + (static_cast<double>(k) + random.uniform()) * part);
      }
    }
  }

  void run(ShardWriter& writer, const std::function<void(const std::string&)>& report) {
    try {
      for (const auto& warning : read_video_frames(video_.file, times_, [&](std::size_t i, const RgbImage&image) {
             add(writer, i, encode_jpeg(image, {.quality = options_.jpeg_quality}));
           }))
        report("video '" + video_.file.string() + "': " + warning);
    } catch (const WriteFailure& failure) {
      throw failure.error;
    } catch (const Error& error) {
      const std::size_t lost = moments_.size() - added_;
      for (std::size_t i = 0; i < lost; ++i) writer.add_failure();
      report(std::string(error.what()) + "; " + std::to_string(lost) + " of " + std::to_string(moments_.size()) +
             " frames are left out");
    }
  }

 private:
  // An error of the shards ends the run; one of the video does not.
  struct WriteFailure {
    Error error;
  };

  void add(ShardWriter& writer, std::size_t i, std::string jpeg) {
    const TextSegment& segment = video_.segments[moments_[i].segment];
    const std::array<std::pair<std::string, std::string>, 2> files{
        {{"jpg", std::move(jpeg)}, {"json", json_of(video_, segment, times_[i])}}};
    try {
      writer.add(key_of(number_, moments_[i]), files);
    } catch (const Error& error) {
      throw WriteFailure{error};
    }
    ++added_;
  }

  const TextedVideo& video_;
  std::size_t number_;
  const ExtractOptions& options_;
  std::vector<Moment> moments_;
  std::vector<double> times_;
  std::size_t added_ = 0;
};

}  // namespace

void ExtractOptions::validate() const {
  constexpr std::int64_t kMostFrames = 100;
  if (frames < 1 || frames > kMostFrames)
    throw Error(ErrorKind::kInvalidArgument, "frames is " + std::to_string(frames) + "; must be between 1 and 100");
  if (jpeg_quality < 1 || jpeg_quality > 100)
    throw Error(ErrorKind::kInvalidArgument,
                "quality is " + std::to_string(jpeg_quality) + "; must be between 1 and 100");
}

ExtractReport extract_frame_texts(const TextedVideos& videos, const std::filesystem::path& folder,
                                  const ExtractOptions& options, const std::function<void(const std::string&)>& report,
                                  const std::function<void(std::int64_t videos_done)>& progress) {
  options.validate();
  ShardWriter writer(folder, options.samples_per_shard);
  ExtractReport result;
  for (std::size_t v = 0; v < videos.videos.size(); ++v) {
    VideoExtraction(videos.videos[v], v, options).run(writer, report);
    progress(++result.videos);
  }
  writer.finish();
  result.samples = writer.samples();
  result.failed = writer.failures();
  if (result.samples > 0) return result;
  throw Error(ErrorKind::kInvalidData,
              "no frame of " + std::to_string(result.videos) + " videos could be read; see the messages above");
}

}  // namespace blip
