#include <algorithm>
#include <cctype>
#include <unordered_map>

#include "training/benchmarks/annotation_stream.h"
#include "training/benchmarks/entry_collector.h"
#include "training/benchmarks/load_benchmark.h"

namespace blip {
namespace {

using nlohmann::json;

bool is_blank(const std::string& text) {
  return std::ranges::all_of(text, [](unsigned char c) { return std::isspace(c) != 0; });
}

// One answer or those of several people, of whom some may have said nothing; empty when there is none.
std::vector<std::string> answers_of(const AnnotationEntry& entry) {
  const auto found = entry.json.find("answer");
  if (found == entry.json.end() || found->is_null()) return {};
  const auto checked = [&](const json& answer) {
    if (!answer.is_string()) entry.fields.fail(std::string("'answer' is ") + answer.type_name() + "; must be text");
    return answer.get<std::string>();
  };
  std::vector<std::string> answers;
  if (found->is_array()) {
    for (const json& answer : *found) answers.push_back(checked(answer));
  } else {
    answers.push_back(checked(*found));
  }
  return std::ranges::all_of(answers, is_blank) ? std::vector<std::string>{} : answers;
}

// GQA says what a question asks for: "types": {"structural": "query", …}; empty where an entry does not.
std::string structure_of(const AnnotationEntry& entry) {
  const auto types = entry.json.find("types");
  if (types == entry.json.end() || !types->is_object() || !types->contains("structural")) return {};
  const json& structural = (*types)["structural"];
  return structural.is_string() ? structural.get<std::string>() : "";
}

struct OfficialAnswers {
  std::vector<std::string> answers;
  std::string question_type, answer_type;
};

// VQAv2's own annotations, by question id.
std::unordered_map<std::string, OfficialAnswers> read_official_answers(const std::filesystem::path& file) {
  std::unordered_map<std::string, OfficialAnswers> by_question;
  read_json_parts(file, {{"annotations", [&](const json& object, const std::string& where) {
                            const JsonEntry entry(object, where);
                            OfficialAnswers official;
                            official.question_type = entry.text("question_type");
                            official.answer_type = entry.text("answer_type");
                            for (const json& answer : object.value("answers", json::array())) {
                              if (!answer.is_object() || !answer.value("answer", json()).is_string())
                                entry.fail("'answers' must be a list of {\"answer\": text}");
                              official.answers.push_back(answer["answer"].get<std::string>());
                            }
                            by_question.emplace(entry.id("question_id"), std::move(official));
                          }}});
  return by_question;
}

}  // namespace

std::string question_type(std::string_view question) {
  std::string word;
  for (const char c : question) {
    if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!word.empty()) {
      break;
    }
  }
  for (const std::string_view type : {"what", "who", "how", "where", "when"})
    if (word == type) return word;
  return "other";
}

std::string answer_type(const std::vector<std::string>& answers) {
  std::string most;
  std::ptrdiff_t times = 0;
  for (const std::string& answer : answers)
    if (const auto count = std::ranges::count(answers, answer); count > times) {
      times = count;
      most = answer;
    }
  if (most == "yes" || most == "no") return "yes/no";
  const bool is_number = !most.empty() && std::ranges::all_of(most, [](unsigned char c) { return std::isdigit(c); });
  return is_number ? "number" : "other";
}

QuestionBenchmark load_questions(const BenchmarkFiles& files, const ReadOptions& options) {
  const bool is_vqa = files.row->info.name == "vqav2" || files.row->info.name == "okvqa";
  std::unordered_map<std::string, OfficialAnswers> official;
  if (files.companion) official = read_official_answers(*files.companion);

  EntryCollector collector(files, options.limit);
  QuestionBenchmark benchmark;
  collector.read([&](const AnnotationEntry& entry) {
    Question question;
    question.id = collector.id_of(entry);
    question.text = entry.fields.text(entry.form.text);
    question.answers = answers_of(entry);
    const std::string name = collector.medium_name(entry);
    if (const auto known = official.find(question.id); known != official.end()) {
      question.type = known->second.question_type;
      question.answer_type = known->second.answer_type;
      if (question.answers.empty()) question.answers = known->second.answers;
    } else if (is_vqa) {
      question.answer_type = question.answers.empty() ? "" : answer_type(question.answers);
    } else if (const std::string structure = structure_of(entry); !structure.empty()) {
      question.type = structure;
    } else if (entry.fields.has("answer_type") || entry.fields.has("type")) {
      question.type = entry.fields.text(entry.fields.has("type") ? "type" : "answer_type");
    } else {
      question.type = question_type(question.text);
    }
    if (collector.is_full(benchmark.questions.size()) || !collector.is_new(question.id)) return;
    if (question.answers.empty() && !options.allow_no_answers) return collector.leave_out_without_answers(question.id);
    const auto medium = collector.medium_of(name);
    if (!medium) return;
    question.medium = *medium;
    benchmark.questions.push_back(std::move(question));
  });
  benchmark.source = collector.source();
  benchmark.media = collector.take_media();
  return benchmark;
}

}  // namespace blip
