#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/matrix.h"
#include "core/engine/backend.h"
#include "core/tasks/task_types.h"

namespace blip::test {

// The features of the fake model: a colour's name.
class FakeFeatures final : public ImageFeatures {
 public:
  explicit FakeFeatures(std::string color) : color_(std::move(color)) {}
  const std::string& color() const { return color_; }
  std::int64_t tokens() const override { return 1; }
  std::int64_t width() const override { return kLongestName; }
  // The name's letters, then zeros.
  Matrix to_matrix() const override {
    Matrix letters(tokens(), width());
    std::copy_n(color_.begin(), std::min(color_.size(), letters.values.size()), letters.values.begin());
    return letters;
  }
  static std::shared_ptr<const FakeFeatures> from_matrix(const Matrix& letters) {
    std::string color;
    for (const float letter : letters.values)
      if (letter != 0) color += static_cast<char>(letter);
    return std::make_shared<FakeFeatures>(color);
  }

 private:
  static constexpr std::int64_t kLongestName = 8;
  std::string color_;
};

// The colours of a clip's frames, in order.
std::vector<std::string> colors_of(const Clip& clip);
// "red then blue"; equal neighbours once.
std::string told(const std::vector<std::string>& colors);
// Unit vectors over the names of colours.
Matrix embeddings_of_colors(const std::vector<std::vector<std::string>>& rows);
std::vector<std::string> colors_named_in(const std::string& text);
MatchScore match_of(const std::vector<std::string>& colors, const std::string& text);

}  // namespace blip::test
