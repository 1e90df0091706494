#include "training/apps/eval_commands.h"

#include <CLI/CLI.hpp>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "training/apps/eval_job.h"
#include "training/apps/eval_options.h"
#include "training/eval/caption_protocol.h"
#include "training/eval/dialog_protocol.h"
#include "training/eval/question_protocol.h"
#include "training/eval/retrieval_protocol.h"
#include "training/eval/statement_protocol.h"

namespace blip {
namespace {

using Json = nlohmann::json;
using Commands = std::vector<std::pair<CLI::App*, std::function<void()>>>;

// What each command has beside the common options.
struct OwnOptions : EvalOptions {
  std::int64_t frames = 8;
  std::string frames_by = "decord";
  std::string rank, vqa_rule;
  std::optional<std::string> prompt;
  RetrievalSettings retrieval;
  QuestionSettings questions;
  DialogSettings dialogs;
  GenerationOptions generation;

  FrameRule rule() const { return {frames, frame_resize_named(frames_by)}; }
};

CLI::App& add_command(CLI::App& program, const std::string& name, const std::string& what, const std::string& examples,
                      OwnOptions& options) {
  CLI::App& command = *program.add_subcommand(name, what);
  command.footer("Examples:\n" + examples);
  add_eval_options(command, options);
  return command;
}

// A JSON list of strings, or a text a line.
std::vector<std::string> read_answer_list(const std::string& file) {
  std::ifstream in(file);
  if (!in) throw Error(ErrorKind::kNotFound, "cannot open '" + file + "'");
  std::vector<std::string> answers;
  if (file.ends_with(".json")) {
    try {
      answers = Json::parse(in).get<std::vector<std::string>>();
    } catch (const Json::exception& error) {
      throw Error(ErrorKind::kInvalidData, "'" + file + "' is no JSON list of answers: " + error.what());
    }
  } else {
    for (std::string line; std::getline(in, line);)
      if (!line.empty()) answers.push_back(line);
  }
  if (answers.empty()) throw Error(ErrorKind::kInvalidData, "'" + file + "' has no answers");
  return answers;
}

void add_retrieval(CLI::App& program, Console& console, Commands& commands) {
  const auto options = std::make_shared<OwnOptions>();
  CLI::App& command =
      add_command(program, "retrieval", "texts find their videos or pictures, and the other way round",
                  "  blip-eval retrieval msrvtt-1ka data/msrvtt --model model_base_retrieval_coco.pth -o runs/msrvtt\n"
                  "  blip-eval retrieval coco data/coco --model MODEL --k-test 256 --max-words 30 -o runs/coco",
                  *options);
  add_frame_options(command, options->frames, options->frames_by);
  command.add_option("--k-test", options->retrieval.k, "candidates that ITM ranks again; 0 = by ITC alone")
      ->option_text("K")
      ->capture_default_str();
  command.add_option("--max-words", options->retrieval.max_words, "of a text (the original: 40; COCO, Flickr30k: 30)")
      ->option_text("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 512));
  commands.emplace_back(&command, [options, &console] {
    const RetrievalBenchmark data = read_retrieval(options->layout, options->folder, options->read_options());
    const RetrievalSettings& settings = options->retrieval;
    EvalWork work{"retrieval",
                  {{"k_test", settings.k}, {"max_words", settings.max_words}, {"max_tokens", settings.max_tokens}},
                  &data.source,
                  data.media,
                  options->rule(),
                  {}};
    work.run = [&](LoadedModel& model, MediaFeatures& features, const Shard& shard, SampleRecords& records,
                   const RunHooks& hooks) { run_retrieval(model, data, features, settings, shard, records, hooks); };
    run_evaluation(*options, work, console);
  });
}

void add_questions(CLI::App& program, Console& console, Commands& commands, bool videos) {
  const auto options = std::make_shared<OwnOptions>();
  options->frames = 16;
  CLI::App& command =
      videos
          ? add_command(program, "videoqa", "questions about videos",
                        "  blip-eval videoqa msvd-qa data/msvd --model model_base_vqa_capfilt_large.pth -o runs/msvd",
                        *options)
          : add_command(program, "vqa", "questions about pictures, with VQA's accuracy",
                        "  blip-eval vqa vqav2 data/vqa --model model_base_vqa_capfilt_large.pth --rank "
                        "answer_list.json -o runs/vqa\n"
                        "  blip-eval vqa okvqa data/okvqa --model blip2-flan-t5-xl --prompt \"Question: {} Short "
                        "answer:\" --beams 5 --length-penalty -1 --lemmatize -o runs/okvqa",
                        *options);
  if (videos) add_frame_options(command, options->frames, options->frames_by);
  command.add_option("--rank", options->rank, "choose among the answers of a file (JSON list, or one a line)")
      ->option_text("ANSWERS");
  command.add_option("--k-test", options->questions.k, "with --rank: answers ranked by their loss")
      ->option_text("K")
      ->capture_default_str()
      ->check(CLI::Range(1, 1 << 20));
  command.add_option("--beams", options->questions.generation.generation.num_beams, "1 = greedy")
      ->option_text("N")
      ->capture_default_str();
  command.add_option("--max-length", options->questions.generation.generation.max_length, "tokens of an answer")
      ->option_text("N")
      ->capture_default_str();
  command.add_option("--min-length", options->questions.generation.generation.min_length, "tokens of an answer")
      ->option_text("N")
      ->capture_default_str();
  command
      .add_option("--length-penalty", options->questions.generation.generation.length_penalty,
                  "of beams; BLIP-2 was evaluated with -1 (T5) and 0 (OPT)")
      ->option_text("X")
      ->capture_default_str();
  command
      .add_option("--prompt", options->questions.generation.prompt,
                  "BLIP-2: what a question is put into in the place of {} (default: \"Question: {} Answer:\")")
      ->option_text("TEXT");
  if (!videos) {
    command.add_flag("--lemmatize", options->questions.lemmatize,
                     "nouns in the singular, verbs in their base form, as LAVIS for OK-VQA");
    command
        .add_option("--vqa-rule", options->vqa_rule,
                    "how answers are compared: official, older (LAVIS) or exact (default: official, of gqa exact)")
        ->option_text("RULE")
        ->check(CLI::IsMember({"official", "older", "exact"}));
  }
  const std::string name = videos ? "videoqa" : "vqa";
  commands.emplace_back(&command, [options, name, &console] {
    ReadOptions reading = options->read_options();
    reading.allow_no_answers = name == "vqa";
    const QuestionBenchmark data = read_questions(options->layout, options->folder, reading);
    QuestionSettings& settings = options->questions;
    const GenerationOptions& generation = settings.generation.generation;
    Json parameters = {{"beams", generation.num_beams}, {"max_length", generation.max_length}};
    // What was not there from the beginning only where it is not the default: older runs go on.
    const GenerationOptions defaults = AnswerOptions().generation;
    if (generation.min_length != defaults.min_length) parameters["min_length"] = generation.min_length;
    if (generation.length_penalty != defaults.length_penalty) parameters["length_penalty"] = generation.length_penalty;
    if (!settings.generation.prompt.empty()) parameters["prompt"] = settings.generation.prompt;
    if (settings.lemmatize) parameters["lemmatize"] = true;
    if (!options->rank.empty()) {
      settings.candidates = read_answer_list(options->rank);
      parameters = {{"rank", settings.candidates}, {"k_test", settings.k}};
    }
    const std::string rule = data.source.layout == "gqa" ? "exact" : "official";
    if (name == "vqa") parameters["vqa_rule"] = options->vqa_rule.empty() ? rule : options->vqa_rule;
    EvalWork work{name, parameters, &data.source, data.media, options->rule(), {}};
    work.run = [&](LoadedModel& model, MediaFeatures& features, const Shard& shard, SampleRecords& records,
                   const RunHooks& hooks) { run_questions(model, data, features, settings, shard, records, hooks); };
    run_evaluation(*options, work, console);
  });
}

void add_captions(CLI::App& program, Console& console, Commands& commands) {
  const auto options = std::make_shared<OwnOptions>();
  CLI::App& command = add_command(program, "caption", "captions of pictures or videos",
                                  "  blip-eval caption coco data/coco --model blip-image-captioning-base -o runs/coco\n"
                                  "  blip-eval caption nocaps data/nocaps --model MODEL --repetition-penalty 1.1 -o "
                                  "runs/nocaps",
                                  *options);
  add_frame_options(command, options->frames, options->frames_by);
  GenerationOptions& generation = options->generation;
  command
      .add_option_function<std::string>(
          "--prompt", [options](const std::string& prompt) { options->prompt = prompt; },
          "how captions begin (default: the model's own, BLIP's \"a picture of \", BLIP-2's none)")
      ->option_text("TEXT");
  command.add_option("--beams", generation.num_beams, "1 = greedy")->option_text("N")->capture_default_str();
  command.add_option("--min-length", generation.min_length, "tokens, prompt included; of BLIP-2 without it")
      ->option_text("N")
      ->capture_default_str();
  command.add_option("--max-length", generation.max_length, "tokens, prompt included")
      ->option_text("N")
      ->capture_default_str();
  command.add_option("--repetition-penalty", generation.repetition_penalty, "the original: 1.1 for NoCaps")
      ->option_text("X")
      ->capture_default_str();
  command.add_option("--length-penalty", generation.length_penalty, "of beams")
      ->option_text("X")
      ->capture_default_str();
  command.add_option("--jars", options->jars, "of METEOR and SPICE (default: $BLIP_COCOEVAL_JARS)")
      ->option_text("FOLDER");
  commands.emplace_back(&command, [options, &console] {
    const CaptionBenchmark data = read_captions(options->layout, options->folder, options->read_options());
    const CaptionOptions settings{options->prompt, options->generation};
    settings.generation.validate();
    EvalWork work{"caption",
                  {{"prompt", settings.prompt ? Json(*settings.prompt) : Json()},
                   {"length_penalty", settings.generation.length_penalty},
                   {"beams", settings.generation.num_beams},
                   {"min_length", settings.generation.min_length},
                   {"max_length", settings.generation.max_length},
                   {"repetition_penalty", settings.generation.repetition_penalty}},
                  &data.source,
                  data.media,
                  options->rule(),
                  {}};
    work.run = [&](LoadedModel& model, MediaFeatures& features, const Shard& shard, SampleRecords& records,
                   const RunHooks& hooks) { run_captions(model, data, features, settings, shard, records, hooks); };
    run_evaluation(*options, work, console);
  });
}

void add_statements(CLI::App& program, Console& console, Commands& commands) {
  const auto options = std::make_shared<OwnOptions>();
  CLI::App& command =
      add_command(program, "nlvr2", "whether a sentence is true of two pictures",
                  "  blip-eval nlvr2 nlvr2 data/nlvr2 --model model_base_nlvr.pth -o runs/nlvr2", *options);
  commands.emplace_back(&command, [options, &console] {
    const StatementBenchmark data = read_statements(options->layout, options->folder, options->read_options());
    EvalWork work{"nlvr2", Json::object(), &data.source, data.media, {}, {}};
    work.run = [&](LoadedModel& model, MediaFeatures& features, const Shard& shard, SampleRecords& records,
                   const RunHooks& hooks) { run_statements(model, data, features, shard, records, hooks); };
    run_evaluation(*options, work, console);
  });
}

void add_dialogs(CLI::App& program, Console& console, Commands& commands) {
  const auto options = std::make_shared<OwnOptions>();
  CLI::App& command = add_command(
      program, "visdial", "the true answer among the candidates of a dialog's round",
      "  blip-eval visdial visdial data/visdial --model model_base_vqa_capfilt_large.pth -o runs/visdial", *options);
  command.add_option("--history", options->dialogs.history, "earlier rounds, and the caption, before the question")
      ->option_text("N")
      ->capture_default_str()
      ->check(CLI::Range(0, 1000));
  commands.emplace_back(&command, [options, &console] {
    const DialogBenchmark data = read_dialogs(options->layout, options->folder, options->read_options());
    EvalWork work{"visdial", {{"history", options->dialogs.history}}, &data.source, data.media, {}, {}};
    work.run = [&](LoadedModel& model, MediaFeatures& features, const Shard& shard, SampleRecords& records,
                   const RunHooks& hooks) {
      run_dialogs(model, data, features, options->dialogs, shard, records, hooks);
    };
    run_evaluation(*options, work, console);
  });
}

}  // namespace

std::function<bool()> add_eval_commands(CLI::App& program, Console& console) {
  auto commands = std::make_shared<Commands>();
  add_retrieval(program, console, *commands);
  add_questions(program, console, *commands, /*videos=*/true);
  add_questions(program, console, *commands, /*videos=*/false);
  add_captions(program, console, *commands);
  add_statements(program, console, *commands);
  add_dialogs(program, console, *commands);
  return [commands] {
    for (const auto& [command, run] : *commands) {
      if (!command->parsed()) continue;
      run();
      return true;
    }
    return false;
  };
}

}  // namespace blip
