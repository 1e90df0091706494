#include "training/synth/clips.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/media/video_writer.h"
#include "training/synth/captions.h"
#include "training/synth/questions.h"
#include "training/synth/renderer.h"

namespace blip::synth {
namespace {

constexpr int kFewestShots = 2, kMostShots = 5;
constexpr std::size_t kClipQuestions = 4;

double rounded(double value) {
  return std::round(value * 1e4) / 1e4;
}

std::string file_of(std::uint64_t index) {
  char text[48];
  std::snprintf(text, sizeof text, "clips/%05llu.mp4", static_cast<unsigned long long>(index));
  return text;
}

nlohmann::json texts_of(const std::vector<Statement>& statements) {
  auto texts = nlohmann::json::array();
  for (const Statement& statement : statements) texts.push_back(to_text(statement));
  return texts;
}

}  // namespace

std::string make_clip(const ItemOptions& options, Part part, std::uint64_t index, const std::filesystem::path& folder) {
  Random random = item_random(options, part, Series::kClips, index);
  const FrameSize size = sample_frame_size(random);
  const int width = size.width * options.clip_scale, height = size.height * options.clip_scale;
  const int fps = random.chance(0.5) ? 12 : 15;
  VideoOptions video;
  video.width = width;
  video.height = height;
  video.fps = fps;
  video.crf = random.between(16, 24);
  const std::string file = file_of(index);
  VideoWriter writer(folder / file, video);

  auto shots = nlohmann::json::array();
  std::vector<SceneFacts> facts;
  RgbImage image;
  int frames = 0;
  for (int shot = options.clip_shots > 0 ? options.clip_shots : random.between(kFewestShots, kMostShots); shot > 0;
       --shot) {
    const Scene scene = magnified(sample_scene(options.world, size, random), options.clip_scale);
    const SceneRenderer renderer(scene);
    const int length = static_cast<int>(fps * random.uniform(1.5, 3));
    for (int i = 0; i < length; ++i) {
      renderer.draw(static_cast<double>(i) / (length - 1), image);
      writer.write(image.view());
    }
    nlohmann::json json = describe_scene(options, scene.facts, random);
    json["true_captions"] = texts_of(true_statements(options.world, scene.facts));
    json["first_frame"] = frames;
    json["frames"] = length;
    json["start"] = rounded(static_cast<double>(frames) / fps);
    frames += length;
    json["end"] = rounded(static_cast<double>(frames) / fps);
    shots.push_back(std::move(json));
    facts.push_back(scene.facts);
  }
  writer.finish();

  const auto questions = sample_clip_questions(options.world, facts, kClipQuestions, random);
  return nlohmann::json{{"file", file},
                        {"width", width},
                        {"height", height},
                        {"fps", fps},
                        {"codec", "h264"},
                        {"frames", frames},
                        {"duration", rounded(static_cast<double>(frames) / fps)},
                        {"caption", clip_caption(options.world, facts)},
                        {"questions", questions_to_json(questions)},
                        {"shots", std::move(shots)}}
      .dump();
}

AnnotationWriter::AnnotationWriter(const std::filesystem::path& path, const std::string& set) : output_(path) {
  output_.write("{\"set\": " + nlohmann::json(set).dump() + ",\n \"clips\": [");
}

void AnnotationWriter::add(const std::string& entry) {
  output_.write(is_first_ ? "\n" : ",\n");
  output_.write(entry);
  is_first_ = false;
}

void AnnotationWriter::finish() {
  output_.write("\n ]}\n");
  output_.finish();
}

}  // namespace blip::synth
