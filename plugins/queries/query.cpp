#include "plugins/queries/query.h"

#include <glib.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

namespace blip {
namespace {

constexpr std::size_t kMostTexts = 10'000;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

Query query_of(std::string_view text) {
  Query query;
  query.negative = text.starts_with('-');
  query.text = trimmed(query.negative ? text.substr(1) : text);
  return query;
}

struct Line {
  std::size_t number = 0;
  std::string text;
};

// The lines of a file that hold something.
Outcome<std::vector<Line>> read_lines(const std::string& path, bool comments) {
  std::ifstream in(path);
  if (!in)
    return Failure{ErrorKind::kNotFound, "cannot read '" + path + "': there is no such file, or it is not readable"};
  std::vector<Line> lines;
  std::size_t number = 0;
  for (std::string text; std::getline(in, text);) {
    ++number;
    if (!g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr))
      return Failure{ErrorKind::kInvalidData, "'" + path + "' line " + std::to_string(number) + " is not UTF-8"};
    const std::string_view content = trimmed(text);
    if (content.empty() || (comments && content.front() == '#')) continue;
    lines.push_back({number, std::string(content)});
    if (lines.size() > kMostTexts)
      return Failure{ErrorKind::kInvalidArgument,
                     "'" + path + "' holds more than " + std::to_string(kMostTexts) + " texts"};
  }
  if (lines.empty()) return Failure{ErrorKind::kInvalidArgument, "'" + path + "' holds no text; expected one a line"};
  return lines;
}

// Unit length; empty when that cannot be.
std::vector<float> normalised(std::vector<float> vector) {
  double sum = 0;
  for (const float value : vector) sum += static_cast<double>(value) * value;
  if (!(sum > 0) || !std::isfinite(sum)) return {};
  const auto norm = static_cast<float>(std::sqrt(sum));
  for (float& value : vector) value /= norm;
  return vector;
}

}  // namespace

std::vector<std::string> split_texts(std::string_view list) {
  std::vector<std::string> texts;
  while (!list.empty()) {
    const auto end = list.find(';');
    const std::string_view text = trimmed(list.substr(0, end));
    if (!text.empty()) texts.emplace_back(text);
    list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
  }
  return texts;
}

std::vector<Query> parse_queries(std::string_view list) {
  std::vector<Query> queries;
  for (const std::string& text : split_texts(list)) {
    Query query = query_of(text);
    if (!query.text.empty()) queries.push_back(std::move(query));
  }
  return queries;
}

Outcome<std::vector<std::string>> read_texts(const std::string& path) {
  auto lines = read_lines(path, /*comments=*/true);
  if (!lines.ok()) return lines.failure();
  std::vector<std::string> texts;
  for (Line& line : lines.value()) texts.push_back(std::move(line.text));
  return texts;
}

Outcome<std::vector<Query>> read_queries(const std::string& path) {
  auto lines = read_lines(path, /*comments=*/true);
  if (!lines.ok()) return lines.failure();
  std::vector<Query> queries;
  for (const Line& line : lines.value()) {
    queries.push_back(query_of(line.text));
    if (queries.back().text.empty())
      return Failure{ErrorKind::kInvalidData,
                     "'" + path + "' line " + std::to_string(line.number) + " has '-' but no text after it"};
  }
  return queries;
}

Outcome<std::vector<Query>> read_embedded_queries(const std::string& path) {
  auto lines = read_lines(path, /*comments=*/false);
  if (!lines.ok()) return lines.failure();
  std::vector<Query> queries;
  for (const Line& line : lines.value()) {
    const auto wrong = [&](const std::string& what) {
      return Failure{ErrorKind::kInvalidData, "'" + path + "' line " + std::to_string(line.number) + " " + what +
                                                  R"(; expected {"text": "...", "embedding": [...]})"};
    };
    const auto object = nlohmann::json::parse(line.text, nullptr, /*allow_exceptions=*/false);
    if (!object.is_object() || !object.contains("text") || !object["text"].is_string())
      return wrong("is not a JSON object with a text");
    const auto numbers = object.find("embedding");
    if (numbers == object.end() || !numbers->is_array()) return wrong("has no embedding");
    Query query;
    query.text = object["text"].get<std::string>();
    query.negative = object.contains("negative") && object["negative"] == true;
    for (const auto& number : *numbers) {
      if (!number.is_number()) return wrong("has an embedding that is not all numbers");
      query.embedding.push_back(number.get<float>());
    }
    if (!queries.empty() && query.embedding.size() != queries.front().embedding.size())
      return wrong("has an embedding of " + std::to_string(query.embedding.size()) + " numbers, those before have " +
                   std::to_string(queries.front().embedding.size()));
    query.embedding = normalised(std::move(query.embedding));
    if (query.embedding.empty()) return wrong("has an embedding without a direction");
    queries.push_back(std::move(query));
  }
  return queries;
}

}  // namespace blip
