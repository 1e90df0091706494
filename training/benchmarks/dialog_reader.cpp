#include "core/base/error.h"
#include "training/benchmarks/annotation_stream.h"
#include "training/benchmarks/entry_collector.h"
#include "training/benchmarks/load_benchmark.h"

namespace blip {
namespace {

using nlohmann::json;

// VisDial keeps each question and answer once and numbers them.
struct SharedTexts {
  std::vector<std::string> questions, answers;
};

SharedTexts read_shared_texts(const std::filesystem::path& file) {
  SharedTexts texts;
  const auto into = [](std::vector<std::string>& list) {
    return [&list](const json& text, const std::string& where) {
      if (!text.is_string()) throw Error(ErrorKind::kInvalidData, where + " is " + text.type_name() + "; must be text");
      list.push_back(text.get<std::string>());
    };
  };
  read_json_parts(file, {{"data.questions", into(texts.questions)}, {"data.answers", into(texts.answers)}});
  return texts;
}

// The number in `field` below `end`.
std::size_t number_below(const JsonEntry& entry, const json& object, const char* field, std::size_t end) {
  const auto found = object.find(field);
  if (found == object.end()) entry.fail(std::string("has no '") + field + "'");
  if (!found->is_number_unsigned() || found->get<std::size_t>() >= end)
    entry.fail(std::string("'") + field + "' is " + found->dump() + "; must be a number below " + std::to_string(end));
  return found->get<std::size_t>();
}

DialogRound read_round(const json& object, const std::string& where, const SharedTexts& texts) {
  const JsonEntry entry(object, where);
  DialogRound round;
  round.question = texts.questions[number_below(entry, object, "question", texts.questions.size())];
  const auto options = object.find("answer_options");
  if (options == object.end() || !options->is_array() || options->empty()) entry.fail("has no list 'answer_options'");
  for (const json& option : *options) {
    if (!option.is_number_unsigned() || option.get<std::size_t>() >= texts.answers.size())
      entry.fail("'answer_options' has " + option.dump() + "; must be numbers below " +
                 std::to_string(texts.answers.size()));
    round.candidates.push_back(texts.answers[option.get<std::size_t>()]);
  }
  round.truth = number_below(entry, object, "gt_index", round.candidates.size());
  round.answer = round.candidates[round.truth];
  return round;
}

}  // namespace

DialogBenchmark load_dialogs(const BenchmarkFiles& files, const ReadOptions& options) {
  const SharedTexts texts = read_shared_texts(files.annotations);
  EntryCollector collector(files, options.limit);
  DialogBenchmark benchmark;
  collector.read([&](const AnnotationEntry& entry) {
    Dialog dialog;
    dialog.id = collector.id_of(entry);
    dialog.caption = entry.fields.text("caption");
    const std::string name = collector.medium_name(entry);
    if (collector.is_full(benchmark.dialogs.size())) return;
    const auto rounds = entry.json.find("dialog");
    if (rounds == entry.json.end() || !rounds->is_array() || rounds->empty()) entry.fields.fail("has no list 'dialog'");
    for (const json& round : *rounds)
      dialog.rounds.push_back(
          read_round(round, entry.fields.where() + " round " + std::to_string(dialog.rounds.size()), texts));
    if (!collector.is_new(dialog.id)) return;
    const auto medium = collector.medium_of(name);
    if (!medium) return;
    dialog.medium = *medium;
    benchmark.dialogs.push_back(std::move(dialog));
  });
  benchmark.source = collector.source();
  benchmark.media = collector.take_media();
  return benchmark;
}

}  // namespace blip
