#include "pipelines/chatting/chat_command.h"

#include <CLI/CLI.hpp>

#include "pipelines/options/model_options.h"
#include "pipelines/options/option_checks.h"
#include "pipelines/terminal/duration_text.h"

namespace blip {
namespace {

constexpr const char* kExamples = R"(Examples:
  gst-blip chat talk.mp4                             a conversation about the middle of the clip
  gst-blip chat talk.mp4 --at 12s                    about the picture at that moment
  gst-blip chat talk.mp4 --from 10s --to 20s --frames 4
  gst-blip chat photo.jpg --model blip2-opt-2.7b/ --precision int4
  gst-blip chat talk.mp4 --script questions.txt      a question a line, an answer a line
  echo "what is it?" | gst-blip chat talk.mp4 --format json

On a terminal, ask at the prompt. Instead of a question:
  /history      what was said so far
  /clear        forget it
  /at TIME      look at the picture at that moment from here on (12s, 1.5s, 2min); the conversation goes on
  /quit         end; so does Ctrl-D
Ctrl-C stops an answer, and ends the conversation at the prompt.
The model must be a BLIP-2 with a language model. The pictures are looked at once. BLIP-2 was trained on single
pictures; of several, what it sees stands side by side before the conversation.
Exit code: 0 done, 1 a question could not be answered, 2 wrong usage, 130 interrupted.)";

void add_clip_options(CLI::App& command, ChatSettings& settings) {
  command.add_option("--frames", settings.frames, "pictures of the clip, evenly spread (default: 1, from its middle)")
      ->check(CLI::Range(1, 64))
      ->option_text("N")
      ->group("Clip");
  const auto time = [&](const char* name, std::optional<std::int64_t>& value, const char* text) {
    command
        .add_option_function<std::string>(
            name, [&value](const std::string& given) { value = parse_duration(given); }, text)
        ->check([](const std::string& given) {
          return parse_duration(given) ? std::string() : "'" + given + "' is no time such as 8s, 1.5s, 200ms or 2min";
        })
        ->option_text("TIME")
        ->group("Clip");
  };
  time("--from", settings.from, "talk about the video from here on (default: its beginning)");
  time("--to", settings.to, "talk about the video up to here (default: its end)");
  time("--at", settings.at, "talk about the picture at this moment");
  command.add_flag("--auto-orient", settings.auto_orient, "turn a still picture as its EXIF block says")->group("Clip");
}

void add_answer_options(CLI::App& command, ChatSettings& settings) {
  const auto add = [&](const char* name, auto& value, const char* text, const char* kind) {
    return command.add_option(name, value, text)->option_text(kind)->group("Answers");
  };
  add("--prompt", settings.prompt, "what a question is put into in the place of {} (default: 'Question: {} Answer:')",
      "TEXT");
  add("--turns", settings.turns, "newest questions and answers that the model is told (default: 16)", "N")
      ->check(CLI::Range(0, 1000));
  add("--num-beams", settings.num_beams, "width of the beam search, 1 = greedy (default: 5)", "N")
      ->check(CLI::Range(1, 64));
  add("--min-length", settings.min_length, "least number of tokens (default: 1)", "N")->check(CLI::Range(0, 512));
  add("--max-length", settings.max_length, "largest number of tokens (default: 30)", "N")->check(CLI::Range(1, 512));
  add("--length-penalty", settings.length_penalty, "beams: below 1 favours short answers (default: 1)", "X")
      ->check(check_between(-10, 10));
  add("--top-p", settings.top_p, "nucleus sampling with this probability mass, 0 = search instead (default: 0)", "P")
      ->check(check_between(0, 1));
  add("--seed", settings.seed, "sampling: equal seeds give equal answers (default: 0)", "N")->check(check_seed);
}

}  // namespace

std::shared_ptr<ChatSettings> add_chat_command(CLI::App& app) {
  auto settings = std::make_shared<ChatSettings>();
  CLI::App& command = *app.add_subcommand("chat", "Converse about a video or a picture");
  command.footer(kExamples);
  command.add_option("FILE", settings->file, "a video or a picture")->required()->option_text(" ");
  command.add_option("--script", settings->script, "read questions from this file instead of stdin")
      ->option_text("FILE");
  command.add_option("--format", settings->format, "text, an answer a line, or json (default: text)")
      ->check(CLI::IsMember({"text", "json"}))
      ->option_text("NAME");
  add_clip_options(command, *settings);
  add_answer_options(command, *settings);
  add_model_options(command, *settings);
  return settings;
}

}  // namespace blip
