#include "pipelines/asking/ask_command.h"

#include <CLI/CLI.hpp>

#include "pipelines/options/gate_options.h"
#include "pipelines/options/model_options.h"
#include "pipelines/options/option_checks.h"
#include "pipelines/options/output_options.h"
#include "pipelines/terminal/duration_text.h"

namespace blip {
namespace {

constexpr const char* kExamples = R"(Examples:
  gst-blip ask talk.mp4 "what is on the table?"              one answer over the whole clip
  gst-blip ask photo.jpg "how many dogs are there?"
  gst-blip ask talk.mp4 -q "who speaks?" -q "where is it?"   several questions, one look at the clip
  gst-blip ask a.mp4 b.mp4 -q "is it raining?" --format json
  gst-blip ask talk.mp4 "what happens?" --window 8s --overlap 2s   an answer every 6 seconds
  gst-blip ask talk.mp4 "what color is it?" --rank colors.txt      the best answer of a list, one a line
  gst-blip ask talk.mp4 "is it day or night?" --model Salesforce/blip-vqa-base
  gst-blip ask talk.mp4 "what is it?" --model blip2-opt-2.7b/ --prompt "Question: {} Short answer:"
  gst-blip ask talk.mp4 --instruction "a detailed description of the scene:" --model blip2-opt-2.7b/ --max-length 40

Of the whole clip, --frames pictures are looked at together, evenly spread: 16 as in the paper's video question
answering, 4 of a BLIP-2. --window asks anew for each stretch of the video; text, json, srt and vtt then have its times.
The model must be a VQA checkpoint, or a BLIP-2 with a language model. gst-blip chat holds conversations.
Exit code: 0 done, 1 a file failed (the others are done), 2 wrong usage, 130 interrupted (what was found is kept).)";

void add_clip_options(CLI::App& command, AskSettings& settings) {
  command
      .add_option_function<int>(
          "--frames", [&settings](int frames) { settings.frames = frames; },
          "pictures looked at together, of the clip or a window (default: 16, of BLIP-2 4)")
      ->check(CLI::Range(1, 1024))
      ->option_text("N")
      ->group("Clip");
  const auto duration = [&](const char* name, std::optional<std::int64_t>& value, const char* text) {
    return command
        .add_option_function<std::string>(
            name, [&value](const std::string& given) { value = parse_duration(given); }, text)
        ->check(check_duration)
        ->option_text("TIME")
        ->group("Clip");
  };
  duration("--window", settings.window, "answer for each stretch of this length, such as 8s (default: the whole clip)");
  duration("--overlap", settings.overlap, "how much a window shares with the one before (default: nothing)");
  command
      .add_option_function<double>(
          "--fps", [&settings](double fps) { settings.fps = fps; },
          "windows: pictures sampled a second, 0 = every frame (default: --frames in a window)")
      ->check(check_between(0, 1000))
      ->option_text("N")
      ->group("Clip");
}

void add_answer_options(CLI::App& command, AskSettings& settings) {
  const auto add = [&](const char* name, auto& value, const char* text, const char* kind) {
    return command.add_option(name, value, text)->option_text(kind)->group("Answers");
  };
  add("--rank", settings.answers_file, "choose the answer from this list, one a line", "FILE");
  add("--prompt", settings.prompt,
      "BLIP-2: what the question is put into in the place of {} (default: 'Question: {} Answer:')", "TEXT");
  add("--instruction", settings.instruction, "BLIP-2: given to the model as it stands, in the place of a question",
      "TEXT");
  add("--length-penalty", settings.length_penalty, "beams: below 1 favours short answers (default: 1)", "X")
      ->check(check_between(-10, 10));
  add("--num-beams", settings.num_beams, "width of the beam search, 1 = greedy (default: 3)", "N")
      ->check(CLI::Range(1, 64));
  add("--min-length", settings.min_length, "least number of tokens (default: 1)", "N")->check(CLI::Range(0, 512));
  add("--max-length", settings.max_length, "largest number of tokens (default: 10)", "N")->check(CLI::Range(1, 512));
}

}  // namespace

std::shared_ptr<AskSettings> add_ask_command(CLI::App& app) {
  auto settings = std::make_shared<AskSettings>();
  CLI::App& command = *app.add_subcommand("ask", "Answer questions about videos and still pictures");
  command.footer(kExamples);
  command.add_option("FILE", settings->files, "videos and pictures; without -q, the question comes last")
      ->required()
      ->option_text("FILE… QUESTION");
  command.add_option("-q,--question", settings->questions, "a question; can be repeated")
      ->option_text("TEXT")
      ->allow_extra_args(false);
  add_output_options(command, *settings);
  command.add_flag("--token-ids", settings->token_ids, "json: add the answers' token ids")->group("Output");
  add_clip_options(command, *settings);
  add_answer_options(command, *settings);
  add_gate_options(command, *settings);
  add_model_options(command, *settings);
  return settings;
}

}  // namespace blip
