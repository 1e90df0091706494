// What the precisions change in what the models that come with gst-blip say about clips they have not seen: the middle
// frame of every shot. usage: shipped_bench MODELS WORLD (training/pretrained, a folder of blip-train synth). Prints
// Markdown.
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/engine/model_registry.h"
#include "core/media/video_reader.h"
#include "core/tasks/answerer.h"
#include "core/tasks/captioner.h"
#include "core/tasks/frame_encoder.h"
#include "core/tasks/matcher.h"
#include "tests/bench/bench_backend.h"

namespace blip::bench {
namespace {

using Json = nlohmann::json;

struct Shot {
  VideoFrame frame;
  Json truth;
};

std::vector<Shot> read_shots(const std::filesystem::path& world) {
  std::ifstream file(world / "test" / "annotations.json");
  if (!file) throw Error(ErrorKind::kNotFound, (world / "test" / "annotations.json").string() + " is not there");
  std::vector<Shot> shots;
  const Json annotations = Json::parse(file);
  for (const Json& clip : annotations.at("clips")) {
    auto reader = VideoReader::open(world / "test" / clip.at("file").get<std::string>());
    std::map<std::int64_t, Json> wanted;
    for (const Json& shot : clip.at("shots"))
      wanted[shot.at("first_frame").get<std::int64_t>() + shot.at("frames").get<std::int64_t>() / 2] = shot;
    VideoFrame frame;
    for (std::int64_t index = 0; reader.next(frame); ++index) {
      if (const auto found = wanted.find(index); found != wanted.end()) shots.push_back({frame, found->second});
    }
  }
  if (shots.empty()) throw Error(ErrorKind::kInvalidData, world.string() + " has no shots");
  return shots;
}

// What a model says about every shot, and how much of it is right.
struct Said {
  std::vector<std::string> texts;
  std::vector<double> probabilities;
  int right = 0, asked = 0;
};

using Question = std::function<void(LoadedModel&, const Clip&, const Json&, Said&)>;

void say_caption(LoadedModel& model, const Clip& clip, const Json& truth, Said& said) {
  CaptionOptions options;
  options.generation.max_length = 40;
  const std::string text = caption(model, std::span(&clip, 1), options).at(0).text;
  bool right = false;
  for (const char* key : {"captions", "true_captions"})
    for (const Json& own : truth.at(key)) right = right || own == text;
  said.texts.push_back(text);
  said.right += right ? 1 : 0;
  ++said.asked;
}

void say_match(LoadedModel& model, const Clip& clip, const Json& truth, Said& said) {
  const std::string texts[]{truth.at("captions").at(0), truth.at("wrong_caption")};
  const auto scores = match(model, clip, texts);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const bool accepted = scores[i].probability >= 0.5;
    said.texts.emplace_back(accepted ? "yes" : "no");
    said.probabilities.push_back(scores[i].probability);
    said.right += accepted == (i == 0) ? 1 : 0;
    ++said.asked;
  }
}

void say_answers(LoadedModel& model, const Clip& clip, const Json& truth, Said& said) {
  for (const Json& asked : truth.at("questions")) {
    said.texts.push_back(answer(model, clip, asked.at("question").get<std::string>()).text);
    said.right += said.texts.back() == asked.at("answer") ? 1 : 0;
    ++said.asked;
  }
}

Said ask(const std::filesystem::path& path, const std::string& precision, const std::vector<Shot>& shots,
         const Question& question) {
  ModelRegistry registry{
      [&](const Checkpoint& checkpoint, const BackendOptions&) { return open_bench_backend(checkpoint, precision); }};
  CheckpointOptions options;
  options.model = path.string();
  const auto model = registry.open(options, {});
  Said said;
  for (const Shot& shot : shots)
    question(*model, Clip{encode_frames(*model, std::span(&shot.frame.view, 1))}, shot.truth, said);
  return said;
}

double percent(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : 100. * static_cast<double>(part) / static_cast<double>(whole);
}

void run(const std::filesystem::path& models, const std::filesystem::path& world) {
  const auto shots = read_shots(world);
  const std::vector<std::tuple<const char*, const char*, Question>> tasks{
      {"caption", "captions, word for word", say_caption},
      {"retrieval", "ITM, own and wrong captions", say_match},
      {"vqa", "answers", say_answers}};
  std::printf("%zu shots of clips that training has not seen.\n\n", shots.size());
  std::printf(
      "| | | of | the same as float32 | right | largest difference of a probability "
      "|\n|---|---|---:|---:|---:|---:|\n");
  for (const auto& [name, title, question] : tasks) {
    const Said exact = ask(models / name, "float32", shots, question);
    for (const char* precision : {"libtorch", "float32", "bfloat16", "int8"}) {
      Said said;
      try {
        said = ask(models / name, precision, shots, question);
      } catch (const Error& error) {
        std::printf("| %s | %s | left out: %s | | | |\n", title, precision, error.what());
        continue;
      }
      std::size_t same = 0;
      double largest = 0;
      for (std::size_t i = 0; i < said.texts.size(); ++i) same += said.texts[i] == exact.texts[i] ? 1 : 0;
      for (std::size_t i = 0; i < said.probabilities.size(); ++i)
        largest = std::max(largest, std::abs(said.probabilities[i] - exact.probabilities[i]));
      std::printf("| %s | %s | %d | %.1f %% | %.1f %% |", title, precision, said.asked,
                  percent(same, said.texts.size()),
                  percent(static_cast<std::size_t>(said.right), static_cast<std::size_t>(said.asked)));
      if (said.probabilities.empty())
        std::printf(" |\n");
      else
        std::printf(" %.1e |\n", largest);
      std::fflush(stdout);
    }
  }
}

}  // namespace
}  // namespace blip::bench

int main(int argc, char** argv) try {
  if (argc != 3) {
    std::fprintf(stderr, "usage: shipped_bench MODELS WORLD\n");
    return 2;
  }
  blip::bench::run(argv[1], argv[2]);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "shipped_bench: %s\n", error.what());
  return 1;
}
