#include "tests/pipelines/searching/shapes_index.h"

#include <cmath>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "core/base/half_float.h"
#include "core/engine/backend.h"
#include "core/media/frame_at.h"
#include "core/tasks/engine_api.h"
#include "pipelines/elements/engine_model.h"

namespace blip::test {
namespace {

std::int64_t nanoseconds(double seconds) {
  return static_cast<std::int64_t>(std::llround(seconds * 1e9));
}

template <class T>
T value_of(Outcome<T>&& outcome) {
  if (!outcome.ok()) throw std::runtime_error(outcome.failure().message);
  return std::move(outcome.value());
}

StoredFeatures stored(const ImageFeatures& features) {
  const Matrix matrix = features.to_matrix();
  return {matrix.rows, matrix.columns, to_halves(matrix.values)};
}

void add_clip(IndexWriter& index, const std::filesystem::path& shapes, const nlohmann::json& clip, Stream& stream,
              bool keep_features) {
  const auto file = shapes / clip.at("file").get<std::string>();
  VideoWork work =
      index.begin_video({file.string(), file.filename().string(), std::filesystem::file_size(file), 0}, "");
  std::vector<double> times;
  for (const auto& shot : clip.at("shots"))
    times.push_back((shot.at("first_frame").get<double>() + std::floor(shot.at("frames").get<double>() / 2) + 0.5) /
                    clip.at("fps").get<double>());
  const auto frames = read_frames_at(file, times);
  std::vector<ImageView> views;
  for (const VideoFrame& frame : frames) views.push_back(frame.view);
  const auto features = value_of(stream.encode(views));
  std::vector<Clip> pictures;
  for (const auto& one : features) pictures.push_back({{one}});
  const Matrix embeddings = value_of(stream.embed_clips(pictures));
  index.set_size(work, {nanoseconds(clip.at("duration")), clip.at("width"), clip.at("height")});
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto& shot = clip.at("shots")[i];
    Segment segment;
    segment.start = nanoseconds(shot.at("start"));
    segment.end = nanoseconds(shot.at("end"));
    segment.frame_time = nanoseconds(frames[i].pts);
    const auto row = embeddings.row(static_cast<std::int64_t>(i));
    segment.embedding.assign(row.begin(), row.end());
    segment.caption = shot.at("captions").at(1).get<std::string>();
    if (keep_features) segment.features = stored(*features[i]);
    index.add_segment(work, static_cast<std::int64_t>(i), segment);
  }
  index.finish_video(work);
}

}  // namespace

nlohmann::json read_annotations(const std::filesystem::path& shapes) {
  std::ifstream in(shapes / "annotations.json");
  if (!in) throw std::runtime_error("cannot open " + (shapes / "annotations.json").string());
  return nlohmann::json::parse(in);
}

void make_shapes_index(const std::filesystem::path& index, const std::filesystem::path& shapes,
                       const ModelSettings& settings, bool keep_features) {
  const auto model = open_engine_model(settings);
  const auto stream = value_of(model->open_stream({}));
  IndexWriter writer(index);
  IndexModels models;
  models.embedder = model->abilities().embedder_id;
  models.embedder_model = settings.model;
  const std::string text = "a red circle";
  models.embedding_size = value_of(stream->embed_texts({&text, 1})).columns;
  if (keep_features) models.features = model->abilities().vision_id;
  writer.set_models(models);
  const auto annotations = read_annotations(shapes);
  for (const auto& clip : annotations.at("clips")) add_clip(writer, shapes, clip, *stream, keep_features);
}

}  // namespace blip::test
