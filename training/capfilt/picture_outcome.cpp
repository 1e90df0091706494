#include "training/capfilt/picture_outcome.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/error.h"

namespace blip {
namespace {

using Json = nlohmann::ordered_json;

template <std::size_t N>
std::size_t index_of(const std::array<const char*, N>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) throw Error(ErrorKind::kInvalidData, "'" + name + "' is no such word");
  return static_cast<std::size_t>(found - names.begin());
}

const char* name(TextSource source) {
  return kTextSourceNames[static_cast<std::size_t>(source)];
}
const char* name(Verdict verdict) {
  return kVerdictNames[static_cast<std::size_t>(verdict)];
}

void put_text(Json& json, const char* key, const std::string& value) {
  if (!value.empty()) json[key] = value;
}

void put_place(Json& json, const PictureOutcome& outcome) {
  put_text(json, "video", outcome.video);
  if (outcome.time) json["time"] = *outcome.time;
  put_text(json, "url", outcome.url);
}

std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string text_of(const Json& json, const char* key) {
  return json.value(key, std::string());
}

PictureOutcome from_line(const Json& json) {
  PictureOutcome outcome;
  outcome.key = json.at("key").get<std::string>();
  outcome.video = text_of(json, "video");
  outcome.url = text_of(json, "url");
  if (json.contains("time")) outcome.time = json.at("time").get<double>();
  const auto verdict = static_cast<Verdict>(index_of(kVerdictNames, json.at("verdict").get<std::string>()));
  if (!json.contains("source")) {
    outcome.verdict = verdict;
    outcome.reason = text_of(json, "reason");
    outcome.detail = text_of(json, "detail");
    return outcome;
  }
  JudgedText text;
  text.source = static_cast<TextSource>(index_of(kTextSourceNames, json.at("source").get<std::string>()));
  text.text = json.at("text").get<std::string>();
  text.origin = text_of(json, "origin");
  text.label = text_of(json, "label");
  text.verdict = verdict;
  text.reason = text_of(json, "reason");
  if (json.contains("match")) text.match = json.at("match").get<double>();
  outcome.texts.push_back(std::move(text));
  return outcome;
}

}  // namespace

PictureOutcome outcome_of(const FoundPicture& picture, std::vector<JudgedText> texts) {
  PictureOutcome outcome;
  outcome.key = picture.key;
  outcome.video = picture.video;
  outcome.url = picture.url;
  outcome.time = picture.time;
  outcome.texts = std::move(texts);
  if (!outcome.texts.empty()) return outcome;
  outcome.verdict = Verdict::kDropped;
  outcome.reason = kNoText;
  return outcome;
}

PictureOutcome failed_outcome(const std::string& key, const PictureFailure& failure) {
  PictureOutcome outcome;
  outcome.key = key;
  outcome.verdict = Verdict::kFailed;
  outcome.reason = failure.reason;
  outcome.detail = failure.detail;
  return outcome;
}

PictureOutcome dropped_outcome(const std::string& key, const std::string& reason) {
  PictureOutcome outcome;
  outcome.key = key;
  outcome.verdict = Verdict::kDropped;
  outcome.reason = reason;
  return outcome;
}

std::string pair_key(const PictureOutcome& outcome, std::size_t i) {
  const TextSource source = outcome.texts.at(i).source;
  const auto end = outcome.texts.begin() + static_cast<std::ptrdiff_t>(i);
  const auto before =
      std::count_if(outcome.texts.begin(), end, [&](const JudgedText& t) { return t.source == source; });
  return outcome.key + "-" + name(source) + std::to_string(before);
}

std::string pair_json(const PictureOutcome& outcome, std::size_t i) {
  const JudgedText& text = outcome.texts.at(i);
  Json json;
  json["captions"] = {text.text};
  json["source"] = name(text.source);
  put_text(json, "origin", text.origin);
  if (text.match) json["match"] = *text.match;
  json["key"] = outcome.key;
  put_place(json, outcome);
  return line_of(json);
}

std::string to_lines(const PictureOutcome& outcome) {
  std::string lines;
  for (const JudgedText& text : outcome.texts) {
    Json json;
    json["key"] = outcome.key;
    json["source"] = name(text.source);
    json["text"] = text.text;
    put_text(json, "origin", text.origin);
    put_text(json, "label", text.label);
    if (text.match) json["match"] = *text.match;
    json["verdict"] = name(text.verdict);
    put_text(json, "reason", text.reason);
    put_place(json, outcome);
    lines += line_of(json) + "\n";
  }
  if (!outcome.texts.empty()) return lines;
  Json json;
  json["key"] = outcome.key;
  json["verdict"] = name(outcome.verdict);
  put_text(json, "reason", outcome.reason);
  put_text(json, "detail", outcome.detail);
  put_place(json, outcome);
  return line_of(json) + "\n";
}

OutcomeReader::OutcomeReader(std::filesystem::path file) : file_(std::move(file)), in_(file_) {
  if (!in_) throw Error(ErrorKind::kNotFound, "cannot read '" + file_.string() + "'");
}

bool OutcomeReader::read_line() {
  std::string line;
  if (!std::getline(in_, line)) return false;
  ++line_number_;
  try {
    pending_ = from_line(Json::parse(line));
  } catch (const std::exception& error) {
    throw Error(ErrorKind::kInvalidData,
                "'" + file_.string() + "' line " + std::to_string(line_number_) + " is no pair: " + error.what());
  }
  return true;
}

bool OutcomeReader::next(PictureOutcome& outcome) {
  if (!has_pending_ && !read_line()) return false;
  outcome = std::move(pending_);
  while ((has_pending_ = read_line())) {
    if (pending_.key != outcome.key || pending_.texts.empty() || outcome.texts.empty()) break;
    outcome.texts.push_back(std::move(pending_.texts.front()));
  }
  return true;
}

}  // namespace blip
