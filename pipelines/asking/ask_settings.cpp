#include "pipelines/asking/ask_settings.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "pipelines/records/output_plan.h"
#include "pipelines/terminal/clock_text.h"
#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

bool is_file(const std::string& name) {
  std::error_code ignored;
  return std::filesystem::exists(name, ignored);
}

}  // namespace

int AskSettings::frames_for(const ModelAbilities& abilities) const {
  constexpr int kOfVqa = 16, kOfLanguageModels = 4;
  return frames.value_or(abilities.instruct ? kOfLanguageModels : kOfVqa);
}

double AskSettings::sampling_rate(int pictures) const {
  return fps.value_or(pictures * static_cast<double>(kSecond) / static_cast<double>(window.value_or(kSecond)));
}

void AskSettings::take_question() {
  if (!questions.empty() || !instruction.empty()) return;
  if (files.size() < 2)
    throw UsageError("what is the question? gst-blip ask FILE \"what is on the table?\"; or -q QUESTION");
  if (is_file(files.back()))
    throw UsageError("the question comes last, but '" + files.back() +
                     "' is a file; with several files give -q QUESTION");
  questions.push_back(files.back());
  files.pop_back();
}

void AskSettings::validate() const {
  const auto is_blank = [](const std::string& text) { return text.find_first_not_of(" \t\n") == std::string::npos; };
  if (std::any_of(questions.begin(), questions.end(), is_blank)) throw UsageError("a question is empty");
  if (!instruction.empty() && !questions.empty())
    throw UsageError("--instruction takes the place of the question; give one of the two");
  if (!instruction.empty() && (!answers_file.empty() || !prompt.empty()))
    throw UsageError("--instruction goes to the model as it stands; leave --rank and --prompt away");
  if (!prompt.empty() && prompt.find("{}") == std::string::npos)
    throw UsageError("--prompt '" + prompt + "' has no {} for the question; for example 'Question: {} Short answer:'");
  if (!window && overlap) throw UsageError("--overlap without --window: the clip is one whole");
  if (!window && fps) throw UsageError("--fps without --window: --frames pictures of the whole clip are looked at");
  if (window && overlap && *overlap >= *window)
    throw UsageError("--overlap is " + seconds_text(*overlap) + " s, --window " + seconds_text(*window) +
                     " s; the overlap must be shorter");
  if (min_length > max_length)
    throw UsageError("--min-length " + std::to_string(min_length) + " is above --max-length " +
                     std::to_string(max_length) + "; it may be at most as large");
  const OutputFormat written = plan_output(*this).format;
  if (questions.size() > 1 && holds_one_source(written))
    throw UsageError("the cues of one " + std::string(output_format_name(written)) + " file cannot answer " +
                     std::to_string(questions.size()) + " questions; use --format text or json");
}

}  // namespace blip
