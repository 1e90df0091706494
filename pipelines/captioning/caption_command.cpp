#include "pipelines/captioning/caption_command.h"

#include <CLI/CLI.hpp>
#include <limits>
#include <sstream>
#include <string_view>

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
  gst-blip caption talk.mp4 --top-p 0.9 --seed 1    nucleus sampling instead of beam search

Equal consecutive captions are one cue. Times are the video's own, end exclusive; a still picture has 0 and 0.
With several files, text and json records follow each other in one output; srt and vtt need a directory for -o.
A still picture has no times, so it cannot be written as srt or vtt.
Exit code: 0 done, 1 a file failed (the others are done), 2 wrong usage, 130 interrupted (what was found is kept).)";

bool is_whole_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string check_device(const std::string& value) {
  const bool known = value == "auto" || value == "cpu" || value == "cuda" ||
                     (value.rfind("cuda:", 0) == 0 && is_whole_number(value.substr(5)));
  return known ? "" : "'" + value + "' is none of auto, cpu, cuda, cuda:N";
}

std::string check_above_zero(const std::string& value) {
  double number = 0;
  return CLI::detail::lexical_cast(value, number) && number > 0 && number <= std::numeric_limits<float>::max()
             ? ""
             : "'" + value + "' is not a number above 0";
}

// CLI::Range lets "nan" through.
auto check_between(double low, double high) {
  return [low, high](const std::string& value) {
    double number = 0;
    if (CLI::detail::lexical_cast(value, number) && number >= low && number <= high) return std::string();
    std::ostringstream out;
    out << "'" << value << "' is not a number from " << low << " to " << high;
    return out.str();
  };
}

std::string check_seed(const std::string& value) {
  return is_whole_number(value) ? "" : "'" + value + "' is not a whole number of 0 or more";
}

void add_output_options(CLI::App& command, CaptionSettings& settings) {
  command
      .add_option_function<std::string>(
          "--format", [&settings](const std::string& name) { settings.format = parse_output_format(name); },
          "what to write: text, json, srt or vtt (default: by the name given with -o, else text)")
      ->check(CLI::IsMember({"text", "json", "srt", "vtt"}))
      ->option_text("NAME")
      ->group("Output");
  command
      .add_option("-o", settings.output,
                  "write to FILE when complete; with a directory (or NAME/) one file for each input")
      ->option_text("FILE")
      ->group("Output");
  command.add_flag("--token-ids", settings.token_ids, "json: add the token ids, prompt included")->group("Output");
  command
      .add_flag("--auto-orient", settings.auto_orient,
                "turn still pictures by their EXIF orientation (videos are always turned)")
      ->group("Output");
}

void add_model_options(CLI::App& command, CaptionSettings& settings) {
  const auto add = [&](const char* name, auto& value, const char* text, const char* kind) {
    return command.add_option(name, value, text)->option_text(kind)->group("Model");
  };
  add("--model", settings.model,
      "Hugging Face directory, original .pth file, or Salesforce/NAME in the local Hugging Face cache (default: "
      "$GST_BLIP_MODEL, else the small model that comes with gst-blip)",
      "PATH");
  add("--vocab", settings.vocab, "vocabulary (default: vocab.txt beside the model)", "FILE");
  add("--config", settings.config, "sizes of a .pth, in Hugging Face's layout (default: beside the model)", "FILE");
  add("--device", settings.device, "auto, cpu, cuda or cuda:N (default: auto)", "NAME")->check(check_device);
  add("--precision", settings.precision, "auto, float32, bfloat16 or float16 (default: auto)", "NAME")
      ->check(CLI::IsMember({"auto", "float32", "bfloat16", "float16"}));
  add("--num-threads", settings.num_threads, "CPU threads, 0 = all cores (default: 0)", "N")
      ->check(CLI::Range(0, 1024));
}

void add_caption_options(CLI::App& command, CaptionSettings& settings) {
  const auto add = [&](const char* name, auto& value, const char* text, const char* kind) {
    return command.add_option(name, value, text)->option_text(kind)->group("Captions");
  };
  add("--fps", settings.fps, "pictures analysed a second of video, 0 = every frame (default: 1)", "N")
      ->check(check_between(0, 1000));
  add("--prompt", settings.prompt, "how every caption begins (default: 'a picture of ')", "TEXT");
  add("--num-beams", settings.num_beams, "width of the beam search, 1 = greedy (default: 3)", "N")
      ->check(CLI::Range(1, 64));
  add("--min-length", settings.min_length, "least number of tokens, prompt included (default: 5)", "N")
      ->check(CLI::Range(0, 512));
  add("--max-length", settings.max_length, "largest number of tokens, prompt included (default: 20)", "N")
      ->check(CLI::Range(1, 512));
  add("--repetition-penalty", settings.repetition_penalty, "above 1 discourages repeated words (default: 1)", "X")
      ->check(check_above_zero);
  add("--beam-scoring", settings.beam_scoring, "original, transformers, or auto: by the model's layout (default: auto)",
      "NAME")
      ->check(CLI::IsMember({"auto", "original", "transformers"}));
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
  add_model_options(command, *settings);
  add_caption_options(command, *settings);
  return settings;
}

}  // namespace blip
