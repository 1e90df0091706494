#include "training/synth/item.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/vision/jpeg_writer.h"
#include "training/synth/captions.h"
#include "training/synth/questions.h"
#include "training/synth/renderer.h"
#include "training/synth/sibling.h"

namespace blip::synth {
namespace {

constexpr std::size_t kCaptions = 3, kQuestions = 4;
constexpr std::uint64_t kPairs = std::uint64_t{1} << 40;  // random numbers of pairs are not those of any still

// Every 2 x 2 pixels get the mean of their chroma and keep their luma.
void repeat_chroma(RgbImage& image) {
  constexpr std::array<float, 3> kLuma = {0.299F, 0.587F, 0.114F};
  for (int y = 0; y + 1 < image.height; y += 2) {
    for (int x = 0; x + 1 < image.width; x += 2) {
      std::array<std::uint8_t*, 4> pixels = {image.row(y) + 3 * x, image.row(y) + 3 * x + 3, image.row(y + 1) + 3 * x,
                                             image.row(y + 1) + 3 * x + 3};
      std::array<float, 4> luma{};
      std::array<float, 3> chroma{};
      for (std::size_t i = 0; i < pixels.size(); ++i) {
        for (std::size_t c = 0; c < 3; ++c) luma[i] += kLuma[c] * pixels[i][c];
        for (std::size_t c = 0; c < 3; ++c) chroma[c] += (pixels[i][c] - luma[i]) / 4;
      }
      for (std::size_t i = 0; i < pixels.size(); ++i)
        for (std::size_t c = 0; c < 3; ++c)
          pixels[i][c] = static_cast<std::uint8_t>(std::clamp(luma[i] + chroma[c] + 0.5F, 0.0F, 255.0F));
    }
  }
}

std::string key_of(std::uint64_t index) {
  char text[32];
  std::snprintf(text, sizeof text, "%09llu", static_cast<unsigned long long>(index));
  return text;
}

}  // namespace

std::string_view name(Part part) {
  static constexpr std::array<std::string_view, 3> kNames = {"train", "val", "test"};
  return kNames[static_cast<std::size_t>(part)];
}

Random item_random(const ItemOptions& options, Part part, Series series, std::uint64_t index) {
  return Random({options.seed, static_cast<std::uint64_t>(options.world), static_cast<std::uint64_t>(part),
                 static_cast<std::uint64_t>(series), index});
}

nlohmann::json describe_scene(const ItemOptions& options, const SceneFacts& facts, Random& random,
                              const SceneFacts* other) {
  nlohmann::json json = facts_to_json(facts);
  json["captions"] = sample_captions(options.world, facts, kCaptions, random, other);
  const WrongCaption wrong = sample_wrong_caption(options.world, facts, random);
  json["wrong_caption"] = wrong.text;
  json["wrong_kind"] = wrong.kind;
  json["questions"] = questions_to_json(sample_questions(options.world, facts, kQuestions, random));
  const WebText web = sample_web_text(options.world, facts, options.web, random);
  json["web"] = {{"text", web.text}, {"label", web.label}};
  return json;
}

Still make_still(const ItemOptions& options, Part part, std::uint64_t index) {
  Random random = item_random(options, part, Series::kStills, index);
  Scene scene;
  std::optional<Scene> other;
  if (options.siblings) {
    Random of_both = item_random(options, part, Series::kStills, index / 2 * 2 + kPairs);
    const FrameSize size = sample_frame_size(of_both);
    while (!other) {
      scene = sample_scene(options.world, size, of_both);
      other = sibling_of(scene, options.sibling_odds, of_both);
    }
    if (index % 2 == 1) std::swap(scene, *other);
  } else {
    scene = sample_scene(options.world, sample_frame_size(random), random);
  }
  RgbImage image;
  SceneRenderer(scene).draw(random.uniform(), image);
  JpegOptions jpeg;
  jpeg.subsample_chroma = random.chance(0.5);
  jpeg.quality = jpeg.subsample_chroma ? random.between(75, 95) : random.between(85, 97);
  if (!jpeg.subsample_chroma) repeat_chroma(image);
  const nlohmann::json json = describe_scene(options, scene.facts, random, other ? &other->facts : nullptr);
  Still still;
  still.key = key_of(index);
  still.jpeg = encode_jpeg(image, jpeg);
  still.json = json.dump();
  still.text = json.at("captions").at(0).get<std::string>();
  return still;
}

}  // namespace blip::synth
