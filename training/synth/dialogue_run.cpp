#include "training/synth/dialogue_run.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/file_output.h"
#include "core/checkpoint/directory_output.h"
#include "training/data/shard_reader.h"
#include "training/synth/dialogue_texts.h"

namespace blip::synth {
namespace {

enum class Stream : std::uint64_t { kTexts, kValTexts, kTrain, kVal, kAnswers };  // of random numbers

std::vector<std::filesystem::path> shards_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (std::filesystem::is_directory(folder))
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      if (entry.path().extension() == ".tar") files.push_back(entry.path());
  if (files.empty())
    throw Error(ErrorKind::kNotFound,
                "'" + folder.string() + "' holds no stills; give a data set of blip-train synth that has some");
  std::sort(files.begin(), files.end());
  return files;
}

// What a still shows and its captions.
struct Known {
  SceneFacts facts;
  nlohmann::json captions;
};

Known read_known(const ShardSample& sample, const std::string& source) {
  const std::string* json = sample.find("json");
  if (json == nullptr || sample.find("jpg") == nullptr)
    throw Error(ErrorKind::kInvalidData, source + " lacks its .jpg or .json");
  auto parsed = nlohmann::json::parse(*json, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object()) throw Error(ErrorKind::kInvalidData, source + ": its .json is no JSON object");
  SceneFacts facts = facts_from_json(parsed, source);
  if (!parsed.contains("captions")) throw Error(ErrorKind::kInvalidData, source + " has no captions");
  return {std::move(facts), std::move(parsed["captions"])};
}

class DialogueRun {
 public:
  DialogueRun(const DialogueOptions& options, const DialogueProgress& progress)
      : options_(options), progress_(progress), all_(2 * options.texts + options.val_texts) {}

  void write(const std::filesystem::path& folder) {
    all_ += options_.pictures + options_.val_pictures;
    write_texts(folder / "texts.jsonl", options_.texts, Stream::kTexts, language_sample);
    write_texts(folder / "answers.jsonl", options_.texts, Stream::kAnswers, answer_sample);
    write_texts(folder / "val-texts.jsonl", options_.val_texts, Stream::kValTexts, language_sample);
    write_pictures(folder, "train", options_.pictures, Stream::kTrain);
    write_pictures(folder, "val", options_.val_pictures, Stream::kVal);
  }

 private:
  Random random_of(Stream stream, std::int64_t index) const {
    return Random({options_.seed, static_cast<std::uint64_t>(stream), static_cast<std::uint64_t>(index)});
  }

  template <class Make>
  void write_texts(const std::filesystem::path& path, std::int64_t count, Stream stream, Make make) {
    if (count == 0) return;
    FileOutput file(path);
    for (std::int64_t i = 0; i < count; ++i) {
      Random random = random_of(stream, i);
      const SceneFacts facts = sample_scene(World::kRich, {}, random).facts;
      file.write(make(World::kRich, facts, random).dump() + "\n");
      step();
    }
    file.finish();
  }

  void write_pictures(const std::filesystem::path& folder, const std::string& part, std::int64_t count, Stream stream) {
    if (count == 0) return;
    const auto pictures = std::filesystem::path("pictures") / part;
    std::filesystem::create_directories(folder / pictures);
    FileOutput lines(folder / (part + ".jsonl")), captions(folder / (part + "-captions.json"));
    std::int64_t done = 0;
    for (const auto& shard : shards_in(options_.world / part / "shards")) {
      if (done == count) break;
      for (const std::int64_t position : index_shard(shard).positions) {
        if (done == count) break;
        const ShardSample sample = read_shard_sample(shard, position);
        const Known known = read_known(sample, "'" + shard.string() + "': sample '" + sample.key + "'");
        const std::string image = (pictures / (sample.key + ".jpg")).string();
        FileOutput file(folder / image);
        file.write(*sample.find("jpg"));
        file.finish();
        captions.write((done == 0 ? "[\n" : ",\n") +
                       nlohmann::json{{"image", image}, {"caption", known.captions}}.dump());
        Random random = random_of(stream, done);
        for (auto& entry :
             picture_samples(World::kRich, known.facts, static_cast<std::size_t>(options_.dialogues), random)) {
          entry["image"] = image;
          lines.write(entry.dump() + "\n");
        }
        ++done;
        step();
      }
    }
    all_ -= count - done;
    lines.finish();
    captions.write("\n]\n");
    captions.finish();
  }

  void step() {
    ++done_;
    constexpr std::int64_t kOften = 500;
    if (progress_ && (done_ % kOften == 0 || done_ == all_)) progress_(done_, all_);
  }

  const DialogueOptions& options_;
  const DialogueProgress& progress_;
  std::int64_t done_ = 0, all_ = 0;
};

void expect_range(const char* option, std::int64_t value, std::int64_t least) {
  constexpr std::int64_t kMost = 100'000'000;
  if (value >= least && value <= kMost) return;
  throw Error(ErrorKind::kInvalidArgument, std::string(option) + " is " + std::to_string(value) + "; give " +
                                               std::to_string(least) + " to " + std::to_string(kMost));
}

}  // namespace

void DialogueOptions::validate() const {
  if (output.empty()) throw Error(ErrorKind::kInvalidArgument, "no output directory is given");
  expect_range("texts", texts, 0);
  expect_range("val-texts", val_texts, 0);
  expect_range("pictures", pictures, 0);
  expect_range("val-pictures", val_pictures, 0);
  expect_range("dialogues", dialogues, 1);
}

void run_dialogues(const DialogueOptions& options, const DialogueProgress& progress) {
  options.validate();
  DirectoryOutput output(options.output);
  DialogueRun(options, progress).write(output.part());
  output.finish();
}

}  // namespace blip::synth
