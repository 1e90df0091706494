#include "pipelines/searching/relevance_labels.h"

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace blip {
namespace {

std::int64_t nanoseconds(const nlohmann::json& seconds) {
  const auto value = seconds.get<double>();
  if (!(value >= 0 && value < 1e9)) throw std::out_of_range("a time is not between 0 and 1e9 seconds");
  return static_cast<std::int64_t>(std::llround(value * 1e9));
}

LabelledText label_of(const nlohmann::json& json) {
  LabelledText label;
  label.text = json.at("text").get<std::string>();
  if (label.text.find_first_not_of(" \t") == std::string::npos) throw std::invalid_argument("the text is empty");
  label.whole_videos = json.contains("videos");
  if (label.whole_videos) {
    for (const auto& video : json.at("videos")) label.matches.push_back({video.get<std::string>(), 0, 0});
    return label;
  }
  for (const auto& match : json.at("matches")) {
    label.matches.push_back(
        {match.at("video").get<std::string>(), nanoseconds(match.at("start")), nanoseconds(match.at("end"))});
    if (label.matches.back().end <= label.matches.back().start)
      throw std::invalid_argument("a match ends before it starts");
  }
  return label;
}

}  // namespace

std::vector<LabelledText> read_labels(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Error(ErrorKind::kNotFound, "labels '" + file.string() + "' cannot be read");
  std::vector<LabelledText> labels;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    try {
      labels.push_back(label_of(nlohmann::json::parse(line)));
    } catch (const std::exception& e) {
      throw Error(ErrorKind::kInvalidData,
                  file.string() + ":" + std::to_string(number) +
                      ": no label, as {\"text\": \"a red circle\", \"matches\": [{\"video\": \"a.mp4\", \"start\": 0, "
                      "\"end\": 2}]} is one (" +
                      e.what() + ")");
    }
  }
  if (labels.empty()) throw Error(ErrorKind::kInvalidData, "'" + file.string() + "' has no labels");
  return labels;
}

}  // namespace blip
