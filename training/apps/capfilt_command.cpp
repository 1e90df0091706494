#include "training/apps/capfilt_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/file_output.h"
#include "core/checkpoint/checkpoint.h"
#include "core/engine/model_registry.h"
#include "core/engine/torch_backend/torch_backend.h"
#include "pipelines/terminal/clock_text.h"
#include "pipelines/terminal/console.h"
#include "pipelines/terminal/interrupt.h"
#include "pipelines/terminal/usage_error.h"
#include "training/capfilt/capfilt_run.h"
#include "training/capfilt/merge_runs.h"
#include "training/capfilt/model_identity.h"
#include "training/capfilt/noise_score.h"
#include "training/capfilt/work_estimate.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

constexpr int kInterrupted = 130;
constexpr std::int64_t kMeasuredPictures = 16;

constexpr const char* kExamples = R"(Examples:
  blip-train capfilt web/ --captioner runs/caption/model --filter runs/retrieval/model -o clean
  blip-train capfilt talks/ --captioner C --filter F --human coco/ -o clean     frames of videos, and human pairs
  blip-train capfilt web/ --filter F -o clean                                   the filter alone
  blip-train capfilt web/ --shared M --decoding beam -o clean                   one model for both
  blip-train capfilt web/ --captioner C --filter F -o clean --dry-run           what there is to do, and how long
  blip-train capfilt web/ --captioner C --filter F -o part0 --shard 0/2         a share of the work, …
  blip-train capfilt merge part0 part1 -o clean                                 … and all of it together
  blip-train capfilt score clean                                                on blip-train synth: precision, recall

INPUT: tar shards (WebDataset), videos with .srt, .vtt or .json beside them, annotations.json, or folders of these.
OUT/shards are shards to train on: {kind: shards, path: OUT/shards}. OUT/pairs tells of every text why it is kept or not,
OUT/report.html shows it. The same line goes on after an interruption.)";

struct CapFiltArguments {
  WorkInputs inputs;
  CapFiltOptions options;
  CapFiltRunOptions run;
  std::string output, captioner, filter, shared, vocab, config, decoding = "nucleus", shard = "0/1";
  std::string device = "auto", precision = "auto", prompt;
  bool has_prompt = false, dry_run = false;
  int threads = 0;
  // Of the search; 0 = the decoding's own.
  double top_p = 0, repetition_penalty = 0;
  std::int64_t top_k = -1, beams = 0, min_length = -1, max_length = 0;
};

struct MergeArguments {
  std::vector<fs::path> parts;
  std::string output;
};

struct ScoreArguments {
  std::string folder, json;
};

WorkShare share_of(const std::string& text) {
  WorkShare share;
  char rest = 0;
  long long index = 0, count = 0;
  if (std::sscanf(text.c_str(), "%lld/%lld%c", &index, &count, &rest) != 2 || count < 1 || index < 0 || index >= count)
    throw UsageError("--shard is '" + text + "'; give i/n with i from 0 to n - 1");
  share.index = index;
  share.count = count;
  return share;
}

GenerationOptions generation_of(const CapFiltArguments& arguments) {
  if (arguments.decoding != "nucleus" && arguments.decoding != "beam")
    throw UsageError("--decoding is '" + arguments.decoding + "'; give nucleus or beam");
  GenerationOptions generation = arguments.decoding == "beam" ? beam_decoding() : nucleus_decoding();
  if (arguments.top_p > 0) generation.top_p = arguments.top_p;
  if (arguments.top_k >= 0) generation.top_k = arguments.top_k;
  if (arguments.repetition_penalty > 0) generation.repetition_penalty = arguments.repetition_penalty;
  if (arguments.beams > 0) generation.num_beams = arguments.beams;
  if (arguments.min_length >= 0) generation.min_length = arguments.min_length;
  if (arguments.max_length > 0) generation.max_length = arguments.max_length;
  return generation;
}

class ModelOpener {
 public:
  explicit ModelOpener(const CapFiltArguments& arguments) : arguments_(arguments) {}

  std::shared_ptr<LoadedModel> open(const std::string& path) {
    if (path.empty()) return nullptr;
    return registry_.open(checkpoint(path), {arguments_.device, arguments_.precision, arguments_.threads});
  }

  std::string identity(const std::string& path) const {
    return path.empty() ? "none" : model_identity(open_checkpoint(checkpoint(path)));
  }

 private:
  CheckpointOptions checkpoint(const std::string& path) const {
    return {.model = path, .vocab = arguments_.vocab, .config = arguments_.config};
  }

  const CapFiltArguments& arguments_;
  ModelRegistry registry_{make_torch_backend};
};

// All that decides what comes out.
nlohmann::ordered_json settings_of(const CapFiltArguments& arguments, const WorkPlan& plan, const ModelOpener& models) {
  const GenerationOptions& generation = arguments.options.generation;
  nlohmann::ordered_json json;
  json["program"] = "blip-train capfilt 1";
  json["units"] = plan.units.size();
  json["inputs"] = plan.inputs_id;
  json["captioner"] = models.identity(arguments.captioner);
  json["filter"] = models.identity(arguments.filter);
  if (!arguments.filter.empty()) json["threshold"] = arguments.options.threshold;
  if (!arguments.captioner.empty()) {
    json["decoding"] = arguments.decoding;
    if (generation.sample) {
      json["top_p"] = generation.top_p;
      json["top_k"] = generation.top_k;
      json["seed"] = arguments.options.seed;
    } else {
      json["beams"] = generation.num_beams;
    }
    json["repetition_penalty"] = generation.repetition_penalty;
    json["min_length"] = generation.min_length;
    json["max_length"] = generation.max_length;
    json["captions"] = arguments.options.captions;
    if (arguments.options.prompt) json["prompt"] = *arguments.options.prompt;
  }
  json["shot_frames"] = arguments.run.shots.frames;
  json["longest_shot"] = arguments.run.shots.longest;
  json["shortest_shot"] = arguments.run.shots.shortest;
  return json;
}

std::string reasons_of(const std::map<std::string, std::int64_t>& counts) {
  std::string text;
  for (const auto& [reason, count] : counts) text += (text.empty() ? "" : ", ") + reason + " " + std::to_string(count);
  return text.empty() ? "" : " (" + text + ")";
}

std::string tally_line(const std::string& name, const Tally& tally) {
  char share[32];
  std::snprintf(share, sizeof share, "%.1f %%",
                tally.in > 0 ? 100.0 * static_cast<double>(tally.kept) / static_cast<double>(tally.in) : 0.0);
  return name + ": " + std::to_string(tally.in) + " in, " + std::to_string(tally.kept) + " kept, " + share + "; " +
         std::to_string(tally.dropped_count()) + " dropped" + reasons_of(tally.dropped) + ", " +
         std::to_string(tally.failed_count()) + " failed" + reasons_of(tally.failed);
}

void tell(const CapFiltCounts& counts, const std::string& output, Console& console) {
  console.line(tally_line("pictures", counts.pictures));
  for (std::size_t i = 0; i < counts.texts.size(); ++i)
    if (counts.texts[i].in > 0) console.line(tally_line(std::string(kTextSourceNames[i]) + " texts", counts.texts[i]));
  console.line(std::to_string(counts.kept_pairs()) + " pairs in '" + (fs::path(output) / "shards").string() +
               "'; report: " + (fs::path(output) / "report.html").string());
  if (counts.pictures.failed_count() > 0)
    console.line("what failed is named in '" + (fs::path(output) / "pairs").string() +
                 "'; --retry-failed does it again");
}

void show_plan(const CapFiltArguments& arguments, CapFilt& models, const WorkPlan& plan,
               const nlohmann::ordered_json& settings, Console& console) {
  std::optional<CapFiltFolder> folder;
  std::error_code ignored;
  if (fs::exists(fs::path(arguments.output) / "run.json", ignored)) folder = CapFiltFolder::read(arguments.output);
  if (folder && folder->settings() != settings)
    throw UsageError("'" + arguments.output + "' holds a run with other settings; give another folder");
  const WorkEstimate work = estimate_work(plan, arguments.run.share, folder ? &*folder : nullptr);
  for (const std::string& problem : work.problems) console.line(problem);
  std::printf("units:      %lld, %lld of them finished\n", static_cast<long long>(work.units),
              static_cast<long long>(work.finished));
  std::printf("to do:      %lld samples in %lld shards, %lld videos of %s in all, %lld human samples in %lld shards\n",
              static_cast<long long>(work.samples), static_cast<long long>(work.shards),
              static_cast<long long>(work.videos),
              short_duration_text(static_cast<std::int64_t>(work.video_seconds * kSecond)).c_str(),
              static_cast<long long>(work.human_samples), static_cast<long long>(work.human_shards));
  std::printf("captioner:  %s\n", arguments.captioner.empty() ? "none" : arguments.captioner.c_str());
  std::printf("filter:     %s\n", arguments.filter.empty() ? "none" : arguments.filter.c_str());
  std::printf("vision:     %d passes a picture\n", models.vision_passes());
  const double speed = measure_speed(models, plan, arguments.run, kMeasuredPictures);
  if (speed <= 0) {
    std::printf("time:       not known, no picture could be read\n");
  } else {
    std::printf("speed:      %.2f pictures a second, measured on up to %lld\n", speed,
                static_cast<long long>(kMeasuredPictures));
    if (work.samples > 0)
      std::printf(
          "time:       about %s for the samples\n",
          short_duration_text(static_cast<std::int64_t>(static_cast<double>(work.samples) / speed * kSecond)).c_str());
  }
  std::printf("output:     %s, nothing written\n", arguments.output.c_str());
}

int run(CapFiltArguments& arguments, Console& console) {
  using namespace std::chrono_literals;
  if (arguments.output.empty()) throw UsageError("capfilt needs a folder for its output; give -o OUT");
  if (!arguments.shared.empty()) {
    if (!arguments.captioner.empty() || !arguments.filter.empty())
      throw UsageError("--shared is captioner and filter; give it without --captioner and --filter");
    arguments.captioner = arguments.filter = arguments.shared;
  }
  if (arguments.captioner.empty() && arguments.filter.empty())
    throw UsageError("capfilt needs a model; give --captioner and --filter, one of them, or --shared");
  arguments.run.share = share_of(arguments.shard);
  arguments.run.batch_size = arguments.options.batch_size;
  arguments.run.shots.validate();
  arguments.options.generation = generation_of(arguments);
  if (arguments.has_prompt) arguments.options.prompt = arguments.prompt;
  arguments.options.validate();

  const WorkPlan plan = plan_work(arguments.inputs);
  ModelOpener opener(arguments);
  CapFilt models(opener.open(arguments.captioner), opener.open(arguments.filter), arguments.options);
  const auto settings = settings_of(arguments, plan, opener);
  if (arguments.dry_run) {
    show_plan(arguments, models, plan, settings, console);
    return 0;
  }

  const InterruptWatch interrupt(500ms, {SIGINT, SIGTERM});
  const auto begin = std::chrono::steady_clock::now();
  arguments.run.stop = [&] { return interrupt.requested(); };
  arguments.run.progress = [&](const CapFiltProgress& progress) {
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    char rate[32];
    std::snprintf(rate, sizeof rate, "%.1f", static_cast<double>(progress.pictures) / std::max(seconds.count(), 1e-3));
    console.progress("shard " + std::to_string(progress.units_done + 1) + " of " + std::to_string(progress.units) +
                     ", " + std::to_string(progress.pictures) + " pictures, " + rate + "/s  " + progress.unit);
  };
  try {
    const CapFiltFolder folder = CapFiltFolder::open(arguments.output, settings);
    const CapFiltCounts counts = run_capfilt(models, plan, folder, arguments.run);
    console.clear_progress();
    tell(counts, arguments.output, console);
    if (counts.pictures.in > 0 && counts.pictures.kept == 0)
      throw Error(ErrorKind::kInvalidData, "no picture could be used; see '" + arguments.output + "/pairs'");
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kCancelled) throw;
    console.line("interrupted; the same line goes on");
    return kInterrupted;
  }
  return 0;
}

void add_search_options(CLI::App& command, CapFiltArguments& arguments) {
  const std::string group = "Captioner";
  command.add_option("--decoding", arguments.decoding, "nucleus or beam (default: nucleus)")->group(group);
  command.add_option("--captions", arguments.options.captions, "texts written for each picture (default: 1)")
      ->group(group);
  command.add_option("--top-p", arguments.top_p, "of the probability, what is sampled from (default: 0.9)")
      ->group(group)
      ->check(CLI::Range(0.001, 1.0));
  command.add_option("--top-k", arguments.top_k, "most tokens sampled from, 0 = all (default: 50)")
      ->group(group)
      ->check(CLI::Range(0, 1000000));
  command
      .add_option("--repetition-penalty", arguments.repetition_penalty,
                  "above 1 discourages repeats (default: nucleus 1.1, beam 1)")
      ->group(group)
      ->check(CLI::Range(0.001, 100.0));
  command.add_option("--beams", arguments.beams, "of the beam search (default: 3)")
      ->group(group)
      ->check(CLI::Range(1, static_cast<int>(kMaxBeams)));
  command.add_option("--min-length", arguments.min_length, "tokens, prompt included (default: 5)")
      ->group(group)
      ->check(CLI::Range(0, 10000));
  command.add_option("--max-length", arguments.max_length, "tokens, prompt included (default: 20)")
      ->group(group)
      ->check(CLI::Range(2, 10000));
  command
      .add_option_function<std::string>(
          "--prompt",
          [&arguments](const std::string& text) {
            arguments.prompt = text;
            arguments.has_prompt = true;
          },
          "how texts begin (default: \"a picture of \", none for a pre-training checkpoint)")
      ->group(group);
  command.add_option("--seed", arguments.options.seed, "equal seeds write equal texts (default: 0)")->group(group);
}

void add_run_options(CLI::App& command, CapFiltArguments& arguments) {
  command.add_option("INPUT", arguments.inputs.found, "shards, videos, annotations.json, folders")->option_text(" ");
  command.add_option("-o,--output", arguments.output, "folder for shards, pairs and report")->option_text("OUT");
  command.add_option("--captioner", arguments.captioner, "the model that writes texts; none: no texts are written")
      ->option_text("MODEL");
  command.add_option("--filter", arguments.filter, "the model that judges texts; none: all are kept")
      ->option_text("MODEL");
  command.add_option("--shared", arguments.shared, "one model for both")->option_text("MODEL");
  command.add_option("--human", arguments.inputs.human, "shards whose captions are true, to be added as they are")
      ->option_text("DIR")
      ->type_size(1)
      ->allow_extra_args(false);
  command
      .add_option("--threshold", arguments.options.threshold,
                  "ITM probability from which a text is kept (default: 0.5)")
      ->check(CLI::Range(0.0, 1.0));
  command.add_option("--shard", arguments.shard, "do the i-th of n shares, i from 0")->option_text("i/n");
  command.add_flag("--retry-failed", arguments.run.retry_failed, "do again what failed in finished shards");
  command.add_flag("--dry-run", arguments.dry_run, "tell what would be done and how long it takes");
  command.add_option("--batch", arguments.options.batch_size,
                     "pictures that go through the models together (default: 16)");
  const std::string videos = "Videos";
  command.add_option("--shot-frames", arguments.run.shots.frames, "frames of each shot (default: 1)")->group(videos);
  command.add_option("--longest-shot", arguments.run.shots.longest, "seconds; longer ones are cut (default: 10)")
      ->group(videos);
  command
      .add_option("--shortest-shot", arguments.run.shots.shortest, "seconds; shorter ones are left out (default: 0.2)")
      ->group(videos);
  command.add_option("--videos-per-shard", arguments.inputs.videos_per_unit, "(default: 20)")->group(videos);
  const std::string models = "Models";
  command.add_option("--vocab", arguments.vocab, "vocab.txt (default: beside each model)")
      ->option_text("FILE")
      ->group(models);
  command.add_option("--config", arguments.config, "config.json (default: beside each model)")
      ->option_text("FILE")
      ->group(models);
  command.add_option("--device", arguments.device, "auto, cpu, cuda, cuda:N, torch (default: auto)")->group(models);
  command.add_option("--precision", arguments.precision, "auto (float32), float32, bfloat16, int8, float16 (default: auto)")
      ->group(models);
  command.add_option("--threads", arguments.threads, "threads that compute (default: all cores)")
      ->option_text("N")
      ->check(CLI::Range(1, 1024))
      ->group(models);
}

}  // namespace

std::function<int()> add_capfilt_command(CLI::App& program, Console& console) {
  auto arguments = std::make_shared<CapFiltArguments>();
  auto merging = std::make_shared<MergeArguments>();
  auto scoring = std::make_shared<ScoreArguments>();
  CLI::App& command =
      *program.add_subcommand("capfilt", "Write texts for pictures and frames, and keep those texts that fit");
  command.footer(kExamples);
  add_run_options(command, *arguments);
  add_search_options(command, *arguments);

  CLI::App& merge = *command.add_subcommand("merge", "Put the shares of a run into one folder");
  merge.add_option("FOLDER", merging->parts, "what capfilt --shard i/n wrote")->required()->option_text(" ");
  merge.add_option("-o,--output", merging->output, "folder for all of it")->required()->option_text("OUT");
  CLI::App& score = *command.add_subcommand("score", "On data of blip-train synth: what was kept and dropped rightly");
  score.add_option("FOLDER", scoring->folder, "what capfilt wrote")->required()->option_text(" ");
  score.add_option("--json", scoring->json, "write the figures to a file, too")->option_text("FILE");

  return [arguments, merging, scoring, &merge, &score, &console]() -> int {
    if (merge.parsed()) {
      tell(merge_runs(merging->parts, merging->output), merging->output, console);
      return 0;
    }
    if (score.parsed()) {
      const NoiseScore figures = score_noise(CapFiltFolder::read(scoring->folder));
      std::fputs(noise_table(figures).c_str(), stdout);
      if (scoring->json.empty()) return 0;
      FileOutput file(scoring->json);
      file.write(noise_json(figures).dump(1) + "\n");
      file.finish();
      return 0;
    }
    return run(*arguments, console);
  };
}

}  // namespace blip
