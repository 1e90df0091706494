#include "training/eval/finish_run.h"

#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <utility>

#include "core/base/file_output.h"
#include "training/eval/evaluation_result.h"
#include "training/eval/retrieval_result.h"

namespace blip {
namespace {

using Json = nlohmann::json;

// Ids that are numbers are written as numbers.
Json id_value(const std::string& id) {
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(id.data(), id.data() + id.size(), number);
  const bool whole = failure == std::errc() && end == id.data() + id.size() && std::to_string(number) == id;
  return whole ? Json(number) : Json(id);
}

void write_predictions(const RunFolder& folder, const char* file, const char* id_name, const char* text_name) {
  Json rows = Json::array();
  folder.for_each([&](const std::string& key, const Json& record) {
    if (!record.contains("prediction")) return;
    rows.push_back({{id_name, id_value(key.substr(key.find(' ') + 1))}, {text_name, record.at("prediction")}});
  });
  FileOutput output(folder.path() / file);
  output.write(rows.dump() + "\n");
  output.finish();
}

}  // namespace

RunResult finish_run(RunFolder& folder, const Fingerprint& fingerprint, const Shard& shard, const JavaTools& java) {
  const EachRecord each = [&](const auto& take) { folder.for_each(take); };
  RunResult result;
  if (shard.count > 1) {
    result = shard_result(each);
  } else if (fingerprint.command == "retrieval") {
    RetrievalResult found = retrieval_result(fingerprint, each);
    write_score_matrices(found.scores, folder.path() / "scores.safetensors");
    result = std::move(found.result);
  } else {
    result = evaluation_result(fingerprint, each, java);
    if (fingerprint.command == "vqa") write_predictions(folder, "answers.json", "question_id", "answer");
    if (fingerprint.command == "caption") write_predictions(folder, "captions.json", "image_id", "caption");
  }
  folder.finish(result);
  return result;
}

}  // namespace blip
