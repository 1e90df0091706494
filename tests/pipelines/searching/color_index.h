#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/half_float.h"
#include "core/index/index_writer.h"
#include "tests/support/fake_engine/fake_answers.h"

namespace blip::test {

// A video of plain colours as the fake engine's index knows it: a segment a colour, each a second long, its caption
// "a COLOUR picture".
struct ColorVideo {
  std::string path;
  std::vector<std::string> colors;
  std::int64_t modified = 0;  // seconds
  std::string subtitle = "";  // of all its segments
};

inline IndexModels fake_models(bool keep_features) {
  return {"fake", "fake-model", 9, "", "", keep_features ? "weights of fake-model" : ""};
}

// [5, 8], as the fake model's features are.
inline StoredFeatures features_of_color(const std::string& color) {
  StoredFeatures features{5, 8, std::vector<std::uint16_t>(40)};
  for (std::size_t i = 0; i < color.size(); ++i)
    features.values[i] = to_halves(std::vector<float>{static_cast<float>(color[i])}).front();
  return features;
}

inline void make_color_index(const std::filesystem::path& index, const std::vector<ColorVideo>& videos,
                             bool keep_features) {
  constexpr std::int64_t second = 1'000'000'000;
  IndexWriter writer(index);
  writer.set_models(fake_models(keep_features));
  for (const ColorVideo& video : videos) {
    const VideoWork work = writer.begin_video({video.path, "hash of " + video.path, 1, video.modified * second}, "");
    writer.set_size(work, {static_cast<std::int64_t>(video.colors.size()) * second, 64, 48});
    for (std::size_t i = 0; i < video.colors.size(); ++i) {
      Segment segment;
      segment.start = static_cast<std::int64_t>(i) * second;
      segment.end = segment.start + second;
      segment.frame_time = segment.start + second / 2;
      segment.embedding = embeddings_of_colors({{video.colors[i]}}).values;
      segment.caption = "a " + video.colors[i] + " picture";
      segment.subtitle = video.subtitle;
      if (keep_features) segment.features = features_of_color(video.colors[i]);
      writer.add_segment(work, static_cast<std::int64_t>(i), segment);
    }
    writer.finish_video(work);
  }
}

}  // namespace blip::test
