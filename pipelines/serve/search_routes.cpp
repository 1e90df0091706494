#include <cmath>
#include <utility>

#include "core/base/error.h"
#include "core/text/utf8.h"
#include "pipelines/serve/api_context.h"
#include "pipelines/serve/api_json.h"
#include "pipelines/serve/search_parameters.h"
#include "pipelines/serve/uploaded_picture.h"

namespace blip {
namespace {

constexpr std::size_t kMostPictureBytes = 20 << 20;
constexpr std::size_t kLongestQuestion = 500;  // bytes
constexpr std::size_t kLongestAnswer = 2000;
constexpr std::size_t kMostTurns = 32;

void answer_with_hits(ApiContext& context, HttpCall& call, const SearchParameters& parameters) {
  const auto pass = context.search_gate.enter();
  const SearchResult result = context.search.search(parameters.request);
  context.metrics.searched(result);
  call.json(spelled(result_json(result, parameters.explain)));
}

void search_by_picture(ApiContext& context, HttpCall& call) {
  const std::string type = call.header("content-type");
  if (type != "image/jpeg" && type != "image/png")
    throw HttpRefusal(415, "the body must be a picture, with the header Content-Type: image/jpeg or image/png");
  SearchParameters parameters = parse_search(call.request.params);
  const auto pass = context.picture_gate.enter();
  try {
    parameters.request.image = decode_upload(call.body(kMostPictureBytes));
  } catch (const Error& e) {
    throw HttpRefusal(400, e.what());
  }
  answer_with_hits(context, call, parameters);
}

double time_in(const nlohmann::json& body, const char* name) {
  if (!body.contains(name) || body[name].is_null()) return 0;
  if (!body[name].is_number() || !std::isfinite(body[name].get<double>()) || body[name].get<double>() < 0)
    throw HttpRefusal(400, std::string("'") + name + "' must be a number of seconds");
  return body[name];
}

std::vector<ChatTurn> history_in(const nlohmann::json& body) {
  std::vector<ChatTurn> turns;
  if (!body.contains("history") || body["history"].is_null()) return turns;
  const auto refuse = [] {
    throw HttpRefusal(400, "'history' must be a list of at most 32 {\"question\": \"…\", \"answer\": \"…\"}");
  };
  const nlohmann::json& history = body["history"];
  if (!history.is_array() || history.size() > kMostTurns) refuse();
  for (const nlohmann::json& turn : history) {
    const auto text = [&](const char* name, std::size_t longest) {
      if (!turn.is_object() || !turn.contains(name) || !turn[name].is_string()) refuse();
      std::string found = turn[name];
      if (found.empty() || found.size() > longest) refuse();
      return found;
    };
    std::string question = text("question", kLongestQuestion);
    turns.push_back({std::move(question), text("answer", kLongestAnswer)});
  }
  return turns;
}

ClipQuestion question_in(const nlohmann::json& body) {
  ClipQuestion question;
  if (!body.contains("question") || !body["question"].is_string())
    throw HttpRefusal(400, "the body must be {\"question\": \"…\", \"start\": seconds, \"end\": seconds}");
  question.question = body["question"];
  if (question.question.find_first_not_of(" \t\r\n") == std::string::npos)
    throw HttpRefusal(400, "the question is empty");
  if (question.question.size() > kLongestQuestion)
    throw HttpRefusal(400,
                      "the question has " + std::to_string(question.question.size()) + " bytes; at most 500 are taken");
  question.start = time_in(body, "start");
  question.end = time_in(body, "end");
  if (question.end < question.start) throw HttpRefusal(400, "the end lies before the start");
  question.history = history_in(body);
  return question;
}

void answer_question(ApiContext& context, HttpCall& call) {
  ClipQuestion question = question_in(json_body(call));
  const auto video = context.index.reader()->video(call.ids.at(0));
  if (!video) throw HttpRefusal(404, "the index has no video " + std::to_string(call.ids.at(0)));
  if (!is_file_path(video->file.path)) throw HttpRefusal(404, "this is a live stream, of which there is no file");
  if (const std::string missing = context.questions.missing(); !missing.empty()) throw HttpRefusal(501, missing);
  if (!question.history.empty() && !context.questions.converses())
    throw HttpRefusal(501,
                      "the model that answers takes no history; start gst-blip serve with --answer-model and a BLIP-2");
  question.path = video->file.path;
  const auto pass = context.question_gate.enter();
  const ClipAnswer answer = context.questions.ask(question);
  call.json(spelled({{"answer", answer.answer}, {"confidence", answer.confidence}, {"frames", answer.frames}}));
}

}  // namespace

void add_search_routes(RouteTable& routes, ApiContext& context) {
  routes.add("GET", "/api/v1/search", Access::kRead,
             [&](HttpCall& call) { answer_with_hits(context, call, parse_search(call.request.params)); });
  routes.add("POST", "/api/v1/search/image", Access::kRead, [&](HttpCall& call) { search_by_picture(context, call); });
  routes.add("POST", "/api/v1/videos/{id}/ask", Access::kRead, [&](HttpCall& call) { answer_question(context, call); });
}

}  // namespace blip
