#include "pipelines/asking/found_answer.h"

#include <nlohmann/json.hpp>

#include "pipelines/elements/element_record.h"

namespace blip {
namespace {

using Json = nlohmann::json;

// File names and questions may hold bytes that are not UTF-8; JSON may not.
std::string spelled(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

FoundAnswer read_answer(const Json& fields, const std::string& text) {
  FoundAnswer answer;
  answer.question = fields.at(fields.contains("instruction") ? "instruction" : "question").get<std::string>();
  answer.text = text;
  if (fields.contains("answer_index")) {
    answer.index = fields.at("answer_index").get<std::int64_t>();
    answer.loss = fields.at("loss").get<double>();
    answer.first_token_probability = fields.at("first_token_probability").get<double>();
  } else {
    answer.score = fields.at("score").get<double>();
    answer.confidence = fields.at("confidence").get<double>();
    answer.token_ids = fields.at("token_ids").get<std::vector<std::int64_t>>();
  }
  return answer;
}

}  // namespace

TimedRecord answer_record(const FoundAnswer& answer, bool show_question, bool token_ids) {
  TimedRecord record;
  record.text = answer.text;
  if (show_question) record.remark = answer.question;
  record.details = {{"question", spelled(answer.question)}};
  if (answer.index) {
    record.details.emplace_back("answer_index", spelled(*answer.index));
    record.details.emplace_back("loss", spelled(answer.loss));
    record.details.emplace_back("first_token_probability", spelled(answer.first_token_probability));
    return record;
  }
  record.details.emplace_back("score", spelled(answer.score));
  record.details.emplace_back("confidence", spelled(answer.confidence));
  if (token_ids) record.details.emplace_back("token_ids", spelled(answer.token_ids));
  return record;
}

AnswersOfWindow parse_answers(std::string_view json) {
  AnswersOfWindow window;
  const TimedRecord record =
      parse_element_record("blipdecoder", json, [&](const Json& fields, const TimedRecord& common) {
        if (!fields.contains("answers")) {
          window.answers = {read_answer(fields, common.text)};
          return;
        }
        for (const Json& answer : fields.at("answers"))
          window.answers.push_back(read_answer(answer, answer.at("answer").get<std::string>()));
      });
  window.start = record.start;
  window.end = record.end;
  return window;
}

}  // namespace blip
