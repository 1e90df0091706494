#include "pipelines/searching/segment_features.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "core/base/half_float.h"
#include "core/media/frame_at.h"
#include "pipelines/records/model_failure.h"

namespace blip {
namespace {

constexpr std::int64_t kBytesKept = std::int64_t{128} << 20;
constexpr double kHalfTick = 0.0005;  // seconds: a time that was rounded down is still the frame's

void note(std::vector<std::string>& warnings, const std::string& warning) {
  if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) warnings.push_back(warning);
}

}  // namespace

std::optional<Matrix> matrix_of(const StoredFeatures& stored, std::int64_t tokens, std::int64_t width) {
  if (stored.tokens != tokens || stored.width != width || std::ssize(stored.values) != tokens * width)
    return std::nullopt;
  Matrix matrix(tokens, width);
  for (std::size_t i = 0; i < stored.values.size(); ++i) {
    matrix.values[i] = half_to_float(stored.values[i]);
    if (!std::isfinite(matrix.values[i])) return std::nullopt;
  }
  return matrix;
}

std::vector<SearchModel::Features> SegmentFeatures::get(const IndexReader& index, std::span<const SegmentRow> segments,
                                                        std::vector<std::string>& warnings) {
  Found found(segments.size());
  look_up(segments, found);
  restore(index, segments, found, warnings);
  decode(index, segments, found, warnings);
  keep(segments, found);
  return found;
}

void SegmentFeatures::look_up(std::span<const SegmentRow> segments, Found& found) {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const auto known = places_.find(segments[i].id);
    if (known == places_.end()) continue;
    kept_.splice(kept_.begin(), kept_, known->second);
    found[i] = known->second->features;
  }
}

void SegmentFeatures::restore(const IndexReader& index, std::span<const SegmentRow> segments, Found& found,
                              std::vector<std::string>& warnings) {
  const ModelAbilities& model = model_.abilities();
  const auto models = index.models();
  if (!models || models->features.empty() || models->features != model.vision_id) return;
  std::vector<std::size_t> places;
  std::vector<Matrix> matrices;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (found[i] || !segments[i].has_features) continue;
    std::optional<Matrix> matrix;
    try {
      if (const auto stored = index.features(segments[i].id))
        matrix = matrix_of(*stored, model.feature_tokens, model.feature_width);
    } catch (const Error& e) {
      if (e.kind() != ErrorKind::kInvalidData) throw;
    }
    if (matrix) {
      places.push_back(i);
      matrices.push_back(std::move(*matrix));
    } else {
      note(warnings, "the kept features of segment " + std::to_string(segments[i].id) +
                         " are damaged; the frame is decoded instead (gst-blip index verify looks at all)");
    }
  }
  if (matrices.empty()) return;
  const auto restored = model_.restore(matrices);
  for (std::size_t n = 0; n < places.size(); ++n) found[places[n]] = restored[n];
}

void SegmentFeatures::decode(const IndexReader& index, std::span<const SegmentRow> segments, Found& found,
                             std::vector<std::string>& warnings) {
  std::map<VideoId, std::vector<std::size_t>> of_video;
  for (std::size_t i = 0; i < segments.size(); ++i)
    if (!found[i]) of_video[segments[i].video].push_back(i);
  for (const auto& [id, places] : of_video) {
    const auto video = index.video(id);
    if (!video) continue;
    try {
      std::vector<double> times;
      for (const std::size_t i : places) times.push_back(static_cast<double>(segments[i].frame_time) / 1e9 + kHalfTick);
      const std::vector<VideoFrame> frames = read_frames_at(video->file.path, times);
      std::vector<ImageView> views;
      for (const VideoFrame& frame : frames) views.push_back(frame.view);
      const auto encoded = model_.encode(views);
      for (std::size_t n = 0; n < places.size(); ++n) found[places[n]] = encoded[n];
    } catch (const ModelFailure&) {
      throw;
    } catch (const Error& e) {
      note(warnings, std::string(e.what()) + ": its segments are not judged");
    }
  }
}

void SegmentFeatures::keep(std::span<const SegmentRow> segments, const Found& found) {
  const ModelAbilities& model = model_.abilities();
  const std::int64_t bytes = std::max<std::int64_t>(1, model.feature_tokens * model.feature_width * 4);
  const auto most = static_cast<std::size_t>(std::max<std::int64_t>(1, kBytesKept / bytes));
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (!found[i] || places_.contains(segments[i].id)) continue;
    kept_.push_front({segments[i].id, found[i]});
    places_[segments[i].id] = kept_.begin();
  }
  while (kept_.size() > most) {
    places_.erase(kept_.back().segment);
    kept_.pop_back();
  }
}

}  // namespace blip
