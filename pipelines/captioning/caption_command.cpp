#include "pipelines/captioning/caption_command.h"

#include <CLI/CLI.hpp>

#include "pipelines/options/gate_options.h"
#include "pipelines/options/model_options.h"
#include "pipelines/options/option_checks.h"
#include "pipelines/options/output_options.h"

namespace blip {
namespace {

constexpr const char* kExamples = R"(Examples:
  gst-blip caption talk.mp4                         captions with their times on stdout
  gst-blip caption talk.mp4 -o talk.srt             a subtitle file
  gst-blip caption talk.mp4 --format json --fps 2   one JSON object a line, two pictures a second
  gst-blip caption photo.jpg --auto-orient          a still picture
  gst-blip caption *.mp4 --format vtt -o captions/  one .vtt file for each video
  gst-blip caption talk.mp4 --model Salesforce/blip-image-captioning-base
  gst-blip caption talk.mp4 --model model_base_caption.pth --vocab vocab.txt
  gst-blip caption talk.mp4 --model blip2-opt-2.7b/ --precision int4
  gst-blip caption talk.mp4 --top-p 0.9 --seed 1    nucleus sampling instead of beam search

Equal consecutive captions are one cue. Times are the video's own, end exclusive; a still picture has 0 and 0.
With several files, text and json records follow each other in one output; srt and vtt need a directory for -o.
A still picture has no times, so it cannot be written as srt or vtt.
Exit code: 0 done, 1 a file failed (the others are done), 2 wrong usage, 130 interrupted (what was found is kept).)";

void add_caption_options(CLI::App& command, CaptionSettings& settings) {
  const auto add = [&](const char* name, auto& value, const char* text, const char* kind) {
    return command.add_option(name, value, text)->option_text(kind)->group("Captions");
  };
  add("--fps", settings.fps, "pictures analysed a second of video, 0 = every frame (default: 1)", "N")
      ->check(check_between(0, 1000));
  command
      .add_option_function<std::string>(
          "--prompt", [&settings](const std::string& prompt) { settings.prompt = prompt; },
          "how every caption begins (default: the model's own, BLIP's 'a picture of ', BLIP-2's none)")
      ->option_text("TEXT")
      ->group("Captions");
  add("--num-beams", settings.num_beams, "width of the beam search, 1 = greedy (default: 3)", "N")
      ->check(CLI::Range(1, 64));
  add("--min-length", settings.min_length, "least number of tokens, prompt included; of BLIP-2 without it (default: 5)",
      "N")
      ->check(CLI::Range(0, 512));
  add("--max-length", settings.max_length,
      "largest number of tokens, prompt included; of BLIP-2 without it (default: 20)", "N")
      ->check(CLI::Range(1, 512));
  add("--repetition-penalty", settings.repetition_penalty, "above 1 discourages repeated words (default: 1)", "X")
      ->check(check_above_zero);
  add("--length-penalty", settings.length_penalty, "beams: below 1 favours short captions (default: 1)", "X")
      ->check(check_between(-10, 10));
  add("--beam-scoring", settings.beam_scoring,
      "original, transformers, lavis (BLIP-2), or auto: by the model's layout (default: auto)", "NAME")
      ->check(CLI::IsMember({"auto", "original", "transformers", "lavis"}));
  add("--top-p", settings.top_p, "nucleus sampling with this probability mass, 0 = search instead (default: 0)", "P")
      ->check(check_between(0, 1));
  add("--top-k", settings.top_k, "sampling: the likeliest K tokens only, 0 = off (default: 50)", "K")
      ->check(CLI::Range(0, 1000000));
  add("--temperature", settings.temperature, "sampling: above 1 more varied, below 1 less (default: 1)", "X")
      ->check(check_above_zero);
  add("--seed", settings.seed, "sampling: equal seeds give equal captions (default: 0)", "N")->check(check_seed);
}

}  // namespace

std::shared_ptr<CaptionSettings> add_caption_command(CLI::App& app) {
  auto settings = std::make_shared<CaptionSettings>();
  CLI::App& command = *app.add_subcommand("caption", "Caption videos and still pictures (JPEG, PNG)");
  command.footer(kExamples);
  command.add_option("FILE", settings->files, "videos and pictures")->required()->option_text(" ");
  add_output_options(command, *settings);
  command.add_flag("--token-ids", settings->token_ids, "json: add the token ids, prompt included")->group("Output");
  add_gate_options(command, *settings);
  add_model_options(command, *settings);
  add_caption_options(command, *settings);
  return settings;
}

}  // namespace blip
