#include "tests/support/fake_engine/fake_answers.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace blip::test {
namespace {

constexpr std::array<const char*, 9> kNames{"black", "gray",   "white", "red",    "green",
                                            "blue",  "yellow", "cyan",  "magenta"};

}  // namespace

std::vector<std::string> colors_of(const Clip& clip) {
  std::vector<std::string> colors;
  for (const auto& frame : clip.frames) colors.push_back(dynamic_cast<const FakeFeatures&>(*frame).color());
  return colors;
}

std::string told(const std::vector<std::string>& colors) {
  std::string text;
  for (std::size_t i = 0; i < colors.size(); ++i) {
    if (i > 0 && colors[i] == colors[i - 1]) continue;
    text += (text.empty() ? "" : " then ") + colors[i];
  }
  return text;
}

Matrix embeddings_of_colors(const std::vector<std::vector<std::string>>& rows) {
  Matrix matrix(static_cast<std::int64_t>(rows.size()), kNames.size());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto row = matrix.row(static_cast<std::int64_t>(r));
    for (const std::string& color : rows[r]) {
      const auto name = std::find(kNames.begin(), kNames.end(), color);
      if (name != kNames.end()) row[static_cast<std::size_t>(name - kNames.begin())] += 1;
    }
    double sum = 0;
    for (const float value : row) sum += value * value;
    if (sum > 0)
      for (float& value : row) value = static_cast<float>(value / std::sqrt(sum));
  }
  return matrix;
}

std::vector<std::string> colors_named_in(const std::string& text) {
  std::vector<std::string> colors;
  for (const char* name : kNames) {
    if (text.find(name) != std::string::npos) colors.emplace_back(name);
  }
  return colors;
}

MatchScore match_of(const std::vector<std::string>& colors, const std::string& text) {
  const auto named = static_cast<double>(std::count_if(
      colors.begin(), colors.end(), [&](const std::string& color) { return text.find(color) != std::string::npos; }));
  MatchScore score;
  score.probability = 0.1 + 0.8 * named / static_cast<double>(std::max<std::size_t>(colors.size(), 1));
  score.logit = std::log(score.probability / (1 - score.probability));
  return score;
}

}  // namespace blip::test
