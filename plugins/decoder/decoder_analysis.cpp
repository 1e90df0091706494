#include "plugins/decoder/decoder_analysis.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>

#include "plugins/decoder/chat_history.h"
#include "plugins/queries/query.h"
#include "plugins/support/window_settings.h"

namespace blip {
namespace {

using Findings = std::vector<Finding>;

std::string joined(const std::vector<Record>& answers) {
  std::string text;
  for (const Record& answer : answers) text += (text.empty() ? "" : "; ") + std::get<std::string>(answer[1].value);
  return text;
}

void fill_in(std::string& question, const std::string& source) {
  constexpr std::string_view kPlace = "{stream}";
  for (auto at = question.find(kPlace); at != std::string::npos; at = question.find(kPlace, at + source.size()))
    question.replace(at, kPlace.size(), source);
}

// What is asked of each clip.
struct Enquiry {
  std::vector<std::string> texts;
  bool instruction = false;  // the text is given to the model as it stands
  AnswerOptions options;
  std::size_t remembered = 0;  // newest answers that the model is told with the next question
};

bool follows_instruction(const DecoderSettings& now) {
  return now.instruction.find_first_not_of(" \t\r\n") != std::string::npos;
}

class DecoderAnalysis final : public Analysis {
 public:
  explicit DecoderAnalysis(const Guarded<DecoderSettings>& settings) : settings_(settings) {}

  bool reads_features() const override { return true; }
  const char* result_name() const override { return "blip-text"; }
  const char* message_name() const override {
    const auto now = settings_.snapshot();
    return now->task == DecoderTask::kCaption && !follows_instruction(*now) ? "blip-caption" : "blip-answer";
  }
  SettingsPtr settings() const override { return settings_.snapshot(); }
  WindowOptions window(const void* settings) const override {
    return static_cast<const DecoderSettings*>(settings)->window;
  }
  void restart() override { said_.clear(); }

  Outcome<std::vector<std::string>> accept(const Model& model) override {
    const auto now = settings_.snapshot();
    name_ = model.name();
    abilities_ = model.abilities();
    said_.clear();
    if (auto failure = check_abilities(*now)) return *failure;
    if (const auto failure = check_window(now->window)) return *failure;
    for (const auto& [path, texts] :
         {std::pair{now->questions_file, &file_questions_}, std::pair{now->answers_file, &file_answers_}}) {
      texts->clear();
      if (path.empty()) continue;
      auto read = read_texts(path);
      if (!read.ok()) return read.failure();
      *texts = std::move(read.value());
    }
    std::vector<std::string> warnings;
    if (now->task != DecoderTask::kCaption && now->prompt && !abilities_.instruct)
      warnings.push_back("prompt is not used: '" + name_ + "' is a " + abilities_.layout +
                         " checkpoint, which takes questions as they are");
    return warnings;
  }

  Asked asked(const SettingsPtr& settings, const AnalysisInput& input) override { return {settings, input.source}; }

  std::vector<Outcome<Seen>> look(Stream& stream, const void* settings,
                                  std::span<const AnalysisInput> inputs) override {
    const auto& now = *static_cast<const DecoderSettings*>(settings);
    std::vector<Clip> clips;
    for (const AnalysisInput& input : inputs) clips.push_back(input.clip());
    auto wrong = check_window(now.window);
    if (!wrong) wrong = check_instructions(now);
    auto found = wrong ? Outcome<Findings>(*wrong) : find(stream, now, clips, inputs.front().source);
    if (!found.ok()) return std::vector<Outcome<Seen>>(inputs.size(), found.failure());
    std::vector<Outcome<Seen>> seen;
    for (Finding& finding : found.value()) {
      finding.context = context(now);
      seen.emplace_back(Seen(std::make_shared<const Finding>(std::move(finding))));
    }
    return seen;
  }

  Outcome<Finding> conclude(Stream&, const void*, AnalysisInput&, const Seen& seen) override {
    return *static_cast<const Finding*>(seen.get());
  }

 private:
  std::optional<Failure> check_abilities(const DecoderSettings& now) const {
    const auto cannot = [&](const char* what, const char* instead) {
      return Failure{ErrorKind::kUnsupported, "'" + name_ + "' is a " + abilities_.layout +
                                                  " checkpoint, which has no " + what + ": use a " + instead +
                                                  " checkpoint"};
    };
    if (auto failure = check_instructions(now)) return failure;
    if (follows_instruction(now)) return std::nullopt;
    if (now.task == DecoderTask::kCaption && !abilities_.caption)
      return cannot("text decoder for captions", "captioning or pre-training");
    if (now.task != DecoderTask::kCaption && !abilities_.answer) return cannot("answer decoder", "VQA");
    return std::nullopt;
  }

  // What only models with a language model take.
  std::optional<Failure> check_instructions(const DecoderSettings& now) const {
    const char* given = follows_instruction(now) ? "instruction"
                        : !now.history.empty()   ? "history"
                        : now.history_turns > 0  ? "history-turns"
                                                 : nullptr;
    if (given != nullptr && !abilities_.instruct)
      return Failure{ErrorKind::kUnsupported, "'" + name_ + "' is a " + abilities_.layout + " checkpoint, for which " +
                                                  given +
                                                  " means nothing: use a BLIP-2 checkpoint with a language model, such "
                                                  "as Salesforce/blip2-opt-2.7b"};
    if (now.task == DecoderTask::kVqa && !follows_instruction(now) && abilities_.instruct && now.prompt &&
        now.prompt->find("{}") == std::string::npos)
      return Failure{ErrorKind::kInvalidArgument, "prompt '" + *now.prompt +
                                                      "' has no {} for the question; for example 'Question: {} Short "
                                                      "answer:'"};
    const auto history = parse_history(now.history);
    return history.ok() ? std::nullopt : std::optional(history.failure());
  }

  Outcome<Findings> find(Stream& stream, const DecoderSettings& now, const std::vector<Clip>& clips,
                         const std::string& source) {
    const bool instructed = follows_instruction(now);
    if (now.task == DecoderTask::kCaption && !instructed) return captions(stream, now, clips);
    Enquiry enquiry{{}, instructed, answer_options(now), static_cast<std::size_t>(now.history_turns)};
    enquiry.options.history = std::move(parse_history(now.history).value());
    if (instructed) {
      enquiry.texts.push_back(now.instruction);
      enquiry.options.prompt = "{}";
    } else {
      enquiry.texts = split_texts(now.question);
      enquiry.texts.insert(enquiry.texts.end(), file_questions_.begin(), file_questions_.end());
      if (abilities_.instruct) enquiry.options.prompt = now.prompt.value_or("");
    }
    for (std::string& text : enquiry.texts) fill_in(text, source);
    if (enquiry.texts.empty())
      return Failure{ErrorKind::kInvalidArgument, "there is no question; set question or questions-file"};
    if (instructed || now.task == DecoderTask::kVqa)
      return enquiry.remembered > 0 ? conversation(stream, now, clips, enquiry) : answers(stream, now, clips, enquiry);
    std::vector<std::string> choices = split_texts(now.answers);
    choices.insert(choices.end(), file_answers_.begin(), file_answers_.end());
    if (choices.empty())
      return Failure{ErrorKind::kInvalidArgument, "there are no answers to choose among; set answers or answers-file"};
    return ranked(stream, now, clips, enquiry.texts, choices);
  }

  Record context(const DecoderSettings& now) const {
    constexpr const char* kNames[] = {"caption", "vqa", "vqa-rank"};
    const bool instructed = follows_instruction(now);
    Record context{{"task", instructed ? "instruct" : std::string(kNames[static_cast<int>(now.task)])}};
    if (!instructed && now.prompt) context.push_back({"prompt", *now.prompt});
    context.push_back({"model", name_});
    return context;
  }

  static Outcome<Findings> captions(Stream& stream, const DecoderSettings& now, const std::vector<Clip>& clips) {
    auto captions = stream.caption(clips, caption_options(now));
    if (!captions.ok()) return captions.failure();
    Findings findings;
    for (Caption& caption : captions.value()) {
      Finding finding;
      if (caption.confidence >= now.min_confidence) finding.text = std::move(caption.text);
      finding.fields = {
          {"score", caption.score}, {"confidence", caption.confidence}, {"token_ids", std::move(caption.token_ids)}};
      findings.emplace_back(std::move(finding));
    }
    return findings;
  }

  // `told` has a record {question, answer, …} a question.
  static Finding answer_finding(std::vector<Record> told) {
    Finding finding;
    finding.text = joined(told);
    if (told.size() > 1) {
      finding.fields = {{"answers", std::move(told)}};
      return finding;
    }
    finding.fields = std::move(told.front());
    finding.fields.erase(finding.fields.begin() + 1);  // the answer is the text
    return finding;
  }

  static Record told_answer(const Enquiry& enquiry, const std::string& text, Answer answer, double min_confidence) {
    const bool sure = answer.confidence >= min_confidence;
    return {{enquiry.instruction ? "instruction" : "question", text},
            {"answer", sure ? std::move(answer.text) : std::string()},
            {"score", answer.score},
            {"confidence", answer.confidence},
            {"token_ids", std::move(answer.token_ids)}};
  }

  static Outcome<Findings> answers(Stream& stream, const DecoderSettings& now, const std::vector<Clip>& clips,
                                   const Enquiry& enquiry) {
    std::vector<std::vector<Record>> told(clips.size());
    for (const std::string& text : enquiry.texts) {
      auto found = stream.answer(clips, text, enquiry.options);
      if (!found.ok()) return found.failure();
      for (std::size_t i = 0; i < clips.size(); ++i)
        told[i].push_back(told_answer(enquiry, text, std::move(found.value()[i]), now.min_confidence));
    }
    Findings findings;
    for (auto& records : told) findings.emplace_back(answer_finding(std::move(records)));
    return findings;
  }

  // One question after the other, each with the newest answers before it.
  Outcome<Findings> conversation(Stream& stream, const DecoderSettings& now, const std::vector<Clip>& clips,
                                 const Enquiry& enquiry) {
    Findings findings;
    for (const Clip& clip : clips) {
      std::vector<Record> told;
      for (const std::string& text : enquiry.texts) {
        AnswerOptions options = enquiry.options;
        while (said_.size() > enquiry.remembered) said_.pop_front();
        options.history.insert(options.history.end(), said_.begin(), said_.end());
        auto found = stream.answer({&clip, 1}, text, options);
        if (!found.ok()) return found.failure();
        said_.push_back({text, found.value().at(0).text});
        told.push_back(told_answer(enquiry, text, std::move(found.value().at(0)), now.min_confidence));
      }
      findings.emplace_back(answer_finding(std::move(told)));
    }
    return findings;
  }

  static Outcome<Findings> ranked(Stream& stream, const DecoderSettings& now, const std::vector<Clip>& clips,
                                  const std::vector<std::string>& questions, const std::vector<std::string>& choices) {
    Findings findings;
    for (const Clip& clip : clips) {
      std::vector<Record> told;
      for (const std::string& question : questions) {
        const auto found =
            stream.rank(clip, question, choices, std::min(static_cast<std::size_t>(now.rank_k), choices.size()),
                        answer_options(now));
        if (!found.ok()) return found.failure();
        const RankedAnswer& best = found.value().at(0);
        told.push_back({{"question", question},
                        {"answer", choices[best.index]},
                        {"answer_index", static_cast<std::int64_t>(best.index)},
                        {"loss", best.loss},
                        {"first_token_probability", best.first_token_probability}});
      }
      findings.emplace_back(answer_finding(std::move(told)));
    }
    return findings;
  }

  const Guarded<DecoderSettings>& settings_;
  std::string name_;
  ModelAbilities abilities_;
  std::vector<std::string> file_questions_, file_answers_;
  std::deque<ChatTurn> said_;  // on this stream, oldest first
};

}  // namespace

std::unique_ptr<Analysis> make_decoder_analysis(const Guarded<DecoderSettings>& settings) {
  return std::make_unique<DecoderAnalysis>(settings);
}

}  // namespace blip
