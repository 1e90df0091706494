// Pictures go through the whole program: PNG file, decoder, element, preprocessing, model; the token ids are the
// references'.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "tests/pipelines/support/denormalised.h"
#include "tests/pipelines/support/gst_blip.h"
#include "tests/support/golden.h"
#include "tests/support/json_lines.h"
#include "tests/support/png_writer.h"
#include "tests/support/safetensors_file.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using Ids = std::vector<std::int64_t>;

// Writes picture `index` of `pixel_values` [N, 3, height, width], or a picture [3, height, width].
void write_picture(const std::filesystem::path& path, const test::SafetensorsFile& file, const std::string& name,
                   std::size_t index = 0) {
  const auto& shape = file.shape(name);
  const auto values = file.floats(name);
  const auto height = static_cast<std::size_t>(shape.at(shape.size() - 2));
  const auto width = static_cast<std::size_t>(shape.back());
  const auto pixels = test::denormalised(values.data() + index * 3 * height * width, height, width);
  test::write_png(path, static_cast<int>(width), static_cast<int>(height), pixels);
}

// The options that say what transformers' generate() was told; nothing where no option does.
std::optional<std::vector<std::string>> options_of(const nlohmann::json& kwargs) {
  std::vector<std::string> options = {"--min-length", "0"};
  const std::map<std::string, std::string> names = {{"num_beams", "--num-beams"},
                                                    {"min_length", "--min-length"},
                                                    {"max_length", "--max-length"},
                                                    {"repetition_penalty", "--repetition-penalty"}};
  const std::map<std::string, nlohmann::json> defaults = {
      {"do_sample", false}, {"early_stopping", false}, {"length_penalty", 1.0}, {"num_return_sequences", 1}};
  for (const auto& [key, value] : kwargs.items()) {
    if (const auto fixed = defaults.find(key); fixed != defaults.end()) {
      if (fixed->second != value) return std::nullopt;
    } else if (key == "min_length") {
      options[1] = value.dump();
    } else if (const auto name = names.find(key); name != names.end()) {
      options.insert(options.end(), {name->second, value.dump()});
    } else {
      return std::nullopt;
    }
  }
  return options;
}

// Captions `pictures` in one run and compares each one's ids.
void expect_ids(const std::vector<std::string>& pictures, const std::vector<std::string>& options,
                const std::vector<Ids>& expected, const std::string& what) {
  std::vector<std::string> arguments = pictures;
  arguments.insert(arguments.end(), {"--format", "json", "--token-ids"});
  arguments.insert(arguments.end(), options.begin(), options.end());
  const test::ProgramResult result = test::run_caption(arguments);
  ASSERT_EQ(result.exit_code, 0) << what << ": " << result.err;
  EXPECT_EQ(result.err, "") << what;
  const auto records = test::json_records(result);
  ASSERT_EQ(records.size(), expected.size()) << what;
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(records[i].at("token_ids").get<Ids>(), expected[i]) << what << ", " << pictures[i];
    EXPECT_EQ(records[i].at("source"), pictures[i]);
    EXPECT_EQ(records[i].at("start"), 0);
    EXPECT_EQ(records[i].at("end"), 0);
  }
}

TEST(CaptionPicturesGolden, HuggingFaceModelGivesTheIdsOfTransformers) {
  const auto folder = test::golden_dir() / "hf-caption-tiny";
  const test::SafetensorsFile inputs(folder / "inputs.safetensors");
  const test::TempDir directory;
  std::vector<std::string> pictures;
  for (std::int64_t i = 0; i < inputs.shape("pixel_values").at(0); ++i) {
    pictures.push_back(directory / ("picture" + std::to_string(i) + ".png"));
    write_picture(pictures.back(), inputs, "pixel_values", static_cast<std::size_t>(i));
  }
  int compared = 0;
  const auto expected = test::read_json(folder / "expected.json");
  for (const auto& run : expected.at("generate")) {
    auto options = options_of(run.at("kwargs"));
    if (!options) continue;
    const std::string prompt = run.at("prompt").is_null() ? "" : run.at("prompt").get<std::string>();
    options->insert(options->end(), {"--model", folder.string(), "--prompt", prompt});
    expect_ids(pictures, *options, run.at("sequences").get<std::vector<Ids>>(), run.at("name"));
    ++compared;
  }
  EXPECT_GT(compared, 0);
}

TEST(CaptionPicturesGolden, OriginalCheckpointGivesTheIdsOfTheOriginal) {
  const auto folder = test::golden_dir() / "pth";
  const test::SafetensorsFile images(folder / "images.safetensors");
  const auto expected = test::read_json(folder / "caption.expected.json");
  const test::TempDir directory;
  std::vector<std::string> pictures;
  for (const auto& index : expected.at("images")) {
    pictures.push_back(directory / ("picture" + index.dump() + ".png"));
    write_picture(pictures.back(), images, "pixel_values", index.get<std::size_t>());
  }
  int compared = 0;
  for (const auto& run : expected.at("generate")) {
    auto options = options_of(run.at("kwargs"));
    if (!options) continue;
    options->insert(options->end(), {"--model", folder / "caption.pth", "--vocab", folder / "vocab.txt", "--prompt",
                                     expected.at("prompt").get<std::string>()});
    expect_ids(pictures, *options, run.at("sequences").get<std::vector<Ids>>(), run.at("kwargs").dump());
    ++compared;
  }
  EXPECT_GT(compared, 0);
}

// The frames of the small trained model's clips, by name "file#frame".
class ShapesFrames {
 public:
  ShapesFrames() : frames_(test::shapes_dir() / "frames.safetensors"), names_(frames_.names()) {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      pictures_.push_back(directory_ / (std::to_string(i) + ".png"));
      write_picture(pictures_.back(), frames_, names_[i]);
    }
  }
  const std::vector<std::string>& names() const { return names_; }
  const std::vector<std::string>& pictures() const { return pictures_; }

 private:
  test::SafetensorsFile frames_;
  std::vector<std::string> names_, pictures_;
  test::TempDir directory_;
};

TEST(CaptionPicturesGolden, TrainedModelGivesTheGreedyIdsWithAndWithoutPrompt) {
  const ShapesFrames frames;
  const auto greedy = test::read_json(test::shapes_dir() / "greedy.json");
  std::vector<Ids> prompt, no_prompt;
  for (const std::string& name : frames.names()) {
    prompt.push_back(greedy.at(name).at("prompt").get<Ids>());
    no_prompt.push_back(greedy.at(name).at("no_prompt").get<Ids>());
  }
  ASSERT_FALSE(prompt.empty());
  const std::vector<std::string> common = {
      "--model", test::shapes_dir() / "hf-caption", "--num-beams", "1", "--min-length", "0"};
  auto options = common;
  options.insert(options.end(), {"--max-length", "30"});
  expect_ids(frames.pictures(), options, prompt, "prompt");
  options = common;
  options.insert(options.end(), {"--max-length", "20", "--prompt", ""});
  expect_ids(frames.pictures(), options, no_prompt, "no prompt");
}

TEST(CaptionPicturesGolden, TrainedCheckpointGivesTheCaptionsOfTheOriginal) {
  const ShapesFrames frames;
  const auto expected = test::read_json(test::shapes_dir() / "expected.json");
  std::map<std::string, Ids> ids_of_frame;
  for (const auto& clip : expected.at("clips"))
    for (const auto& shot : clip.at("shots"))
      ids_of_frame[clip.at("file").get<std::string>() + "#" + shot.at("frame").dump()] =
          shot.at("caption").at("ids").get<Ids>();
  std::vector<Ids> ids;
  for (const std::string& name : frames.names()) ids.push_back(ids_of_frame.at(name));
  ASSERT_FALSE(ids.empty());
  const auto& settings = expected.at("settings").at("caption");
  expect_ids(
      frames.pictures(),
      {"--model", test::shapes_dir() / "pretrain.pth", "--prompt", settings.at("prompt").get<std::string>(),
       "--num-beams", settings.at("num_beams").dump(), "--min-length", settings.at("min_length").dump(), "--max-length",
       settings.at("max_length").dump(), "--repetition-penalty", settings.at("repetition_penalty").dump()},
      ids, "beam search");
}

}  // namespace
}  // namespace blip
