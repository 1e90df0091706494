#include "plugins/decoder/decoder_analysis.h"

#include <algorithm>
#include <string_view>
#include <utility>

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

class DecoderAnalysis final : public Analysis {
 public:
  explicit DecoderAnalysis(const Guarded<DecoderSettings>& settings) : settings_(settings) {}

  bool reads_features() const override { return true; }
  const char* result_name() const override { return "blip-text"; }
  const char* message_name() const override {
    return settings_.snapshot()->task == DecoderTask::kCaption ? "blip-caption" : "blip-answer";
  }
  SettingsPtr settings() const override { return settings_.snapshot(); }
  WindowOptions window(const void* settings) const override {
    return static_cast<const DecoderSettings*>(settings)->window;
  }

  Outcome<std::vector<std::string>> accept(const Model& model) override {
    const auto now = settings_.snapshot();
    name_ = model.name();
    const ModelAbilities& abilities = model.abilities();
    const auto cannot = [&](const char* what, const char* instead) {
      return Failure{ErrorKind::kUnsupported, "'" + name_ + "' is a " + abilities.layout +
                                                  " checkpoint, which has no " + what + ": use a " + instead +
                                                  " checkpoint"};
    };
    if (now->task == DecoderTask::kCaption && !abilities.caption)
      return cannot("text decoder for captions", "captioning or pre-training");
    if (now->task != DecoderTask::kCaption && !abilities.answer) return cannot("answer decoder", "VQA");
    if (const auto failure = check_window(now->window)) return *failure;
    for (const auto& [path, texts] :
         {std::pair{now->questions_file, &file_questions_}, std::pair{now->answers_file, &file_answers_}}) {
      texts->clear();
      if (path.empty()) continue;
      auto read = read_texts(path);
      if (!read.ok()) return read.failure();
      *texts = std::move(read.value());
    }
    return std::vector<std::string>();
  }

  Asked asked(const SettingsPtr& settings, const AnalysisInput& input) override { return {settings, input.source}; }

  std::vector<Outcome<Seen>> look(Stream& stream, const void* settings,
                                  std::span<const AnalysisInput> inputs) override {
    const auto& now = *static_cast<const DecoderSettings*>(settings);
    std::vector<Clip> clips;
    for (const AnalysisInput& input : inputs) clips.push_back(input.clip());
    const auto wrong = check_window(now.window);
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
  Outcome<Findings> find(Stream& stream, const DecoderSettings& now, const std::vector<Clip>& clips,
                         const std::string& source) const {
    if (now.task == DecoderTask::kCaption) return captions(stream, now, clips);
    std::vector<std::string> questions = split_texts(now.question);
    questions.insert(questions.end(), file_questions_.begin(), file_questions_.end());
    for (std::string& question : questions) fill_in(question, source);
    if (questions.empty())
      return Failure{ErrorKind::kInvalidArgument, "there is no question; set question or questions-file"};
    if (now.task == DecoderTask::kVqa) return answers(stream, now, clips, questions);
    std::vector<std::string> choices = split_texts(now.answers);
    choices.insert(choices.end(), file_answers_.begin(), file_answers_.end());
    if (choices.empty())
      return Failure{ErrorKind::kInvalidArgument, "there are no answers to choose among; set answers or answers-file"};
    return ranked(stream, now, clips, questions, choices);
  }

  Record context(const DecoderSettings& now) const {
    constexpr const char* kNames[] = {"caption", "vqa", "vqa-rank"};
    Record context{{"task", std::string(kNames[static_cast<int>(now.task)])}};
    if (now.task == DecoderTask::kCaption) context.push_back({"prompt", now.prompt});
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

  static Outcome<Findings> answers(Stream& stream, const DecoderSettings& now, const std::vector<Clip>& clips,
                                   const std::vector<std::string>& questions) {
    std::vector<std::vector<Record>> told(clips.size());
    for (const std::string& question : questions) {
      auto found = stream.answer(clips, question, answer_options(now));
      if (!found.ok()) return found.failure();
      for (std::size_t i = 0; i < clips.size(); ++i) {
        Answer& answer = found.value()[i];
        const bool sure = answer.confidence >= now.min_confidence;
        told[i].push_back({{"question", question},
                           {"answer", sure ? std::move(answer.text) : std::string()},
                           {"score", answer.score},
                           {"confidence", answer.confidence},
                           {"token_ids", std::move(answer.token_ids)}});
      }
    }
    Findings findings;
    for (auto& records : told) findings.emplace_back(answer_finding(std::move(records)));
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
  std::vector<std::string> file_questions_, file_answers_;
};

}  // namespace

std::unique_ptr<Analysis> make_decoder_analysis(const Guarded<DecoderSettings>& settings) {
  return std::make_unique<DecoderAnalysis>(settings);
}

}  // namespace blip
