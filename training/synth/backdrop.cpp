#include "training/synth/backdrop.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "training/synth/paint.h"

namespace blip::synth {
namespace {

enum class Texture { kPlain, kShaded, kStriped, kNoisy };

Rgb tone_of(Background background, Random& random) {
  struct Range {
    double lowest, highest;
  };
  static constexpr std::array<Range, 3> kTones = {{{27, 45}, {116, 138}, {214, 242}}};
  const Range range = kTones[static_cast<std::size_t>(background)];
  const double tone = random.uniform(range.lowest, range.highest);
  Rgb color;
  for (float& channel : color) channel = static_cast<float>(tone + random.uniform(-7, 7));
  return color;
}

// What a texture adds to each pixel: [height, width].
class Relief {
 public:
  Relief(int width, int height)
      : width_(width), height_(height), values_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) {}

  float* row(int y) { return values_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width_); }

  void add_shade(Random& random) {
    const double angle = random.uniform(0, 2 * std::numbers::pi), depth = random.uniform(6, 16);
    const float step_x = static_cast<float>(depth * std::cos(angle) / width_);
    const float step_y = static_cast<float>(depth * std::sin(angle) / height_);
    for (int y = 0; y < height_; ++y) {
      float* values = row(y);
      const float start = step_y * static_cast<float>(y - height_ / 2);
      for (int x = 0; x < width_; ++x) values[x] += start + step_x * static_cast<float>(x - width_ / 2);
    }
  }

  void add_stripes(Random& random) {
    const double angle = random.uniform(0, std::numbers::pi), width = random.uniform(5, 16);
    const double fx = std::cos(angle) / width, fy = std::sin(angle) / width;
    const float depth = static_cast<float>(random.uniform(3, 7));
    for (int y = 0; y < height_; ++y) {
      float* values = row(y);
      for (int x = 0; x < width_; ++x) {
        const double position = fx * x + fy * y;
        values[x] += position - std::floor(position) < 0.5 ? depth : -depth;
      }
    }
  }

  // Grains of `size` x `size` pixels.
  void add_noise(Random& random) {
    const int size = random.between(1, 2);
    const float depth = static_cast<float>(random.uniform(4, 9));
    for (int y = 0; y < height_; ++y) {
      float* values = row(y);
      if (y % size != 0) {
        const float* above = row(y - 1);
        for (int x = 0; x < width_; ++x) values[x] += above[x];
        continue;
      }
      std::uint64_t bits = 0;
      float grain = 0;
      for (int x = 0; x < width_; ++x) {
        if (x % (8 * size) == 0) bits = random.next();
        if (x % size == 0) {
          grain = depth * (static_cast<float>(bits & 0xFF) / 127.5F - 1);
          bits >>= 8;
        }
        values[x] += grain;
      }
    }
  }

 private:
  int width_, height_;
  std::vector<float> values_;
};

Contour line(Point from, Point to, double thickness) {
  const double length = std::max(1e-6, std::hypot(to.x - from.x, to.y - from.y));
  const double nx = -(to.y - from.y) / length * thickness / 2, ny = (to.x - from.x) / length * thickness / 2;
  return {{from.x + nx, from.y + ny}, {to.x + nx, to.y + ny}, {to.x - nx, to.y - ny}, {from.x - nx, from.y - ny}};
}

enum class Clutter { kNone, kLines, kGrid, kSpecks, kScribble };

std::vector<Contour> clutter_lines(Clutter clutter, int width, int height, Random& random) {
  std::vector<Contour> lines;
  const auto anywhere = [&] { return Point{random.uniform(0, width), random.uniform(0, height)}; };
  const double thickness = random.uniform(0.7, 1.2);
  if (clutter == Clutter::kLines) {
    const int count = random.between(2, 6);
    for (int i = 0; i < count; ++i) lines.push_back(line(anywhere(), anywhere(), thickness));
  } else if (clutter == Clutter::kGrid) {
    const double step = random.uniform(14, 30), start = random.uniform(2, step);
    for (double x = start; x < width; x += step)
      lines.push_back(line({x, 0}, {x, static_cast<double>(height)}, thickness));
    for (double y = start; y < height; y += step)
      lines.push_back(line({0, y}, {static_cast<double>(width), y}, thickness));
  } else if (clutter == Clutter::kSpecks) {
    const int count = random.between(10, 40);
    for (int i = 0; i < count; ++i) {
      const Point at = anywhere();
      lines.push_back(line(at, {at.x + random.uniform(-2, 2), at.y + random.uniform(-2, 2)}, 1.2));
    }
  } else if (clutter == Clutter::kScribble) {
    Point from = anywhere();
    for (int i = random.between(6, 16); i > 0; --i) {
      const Point to = {from.x + random.uniform(-22, 22), from.y + random.uniform(-22, 22)};
      lines.push_back(line(from, to, thickness));
      from = to;
    }
  }
  return lines;
}

void draw_clutter(Background background, Random& random, RgbImage& image) {
  static constexpr std::array<double, 5> kOdds = {0.5, 0.15, 0.1, 0.15, 0.1};
  const auto clutter = static_cast<Clutter>(random.weighted(kOdds));
  if (clutter == Clutter::kNone) return;
  const bool lighter = background == Background::kDark || (background == Background::kGray && random.chance(0.5));
  const float tone = lighter ? 255.0F : 0.0F;
  const float opacity = static_cast<float>(random.uniform(0.08, 0.22));
  Coverage coverage(image.width, image.height);
  Fill fill;
  fill.color = {tone, tone, tone};
  for (const Contour& contour : clutter_lines(clutter, image.width, image.height, random)) {
    coverage.fill({contour});
    paint(image, coverage, fill, opacity);
  }
}

}  // namespace

void draw_backdrop(World world, Background background, Random& random, RgbImage& image) {
  static constexpr std::array<double, 4> kOdds = {0.3, 0.3, 0.2, 0.2};
  const Rgb tone = tone_of(background, random);
  Rgb strength = {1, 1, 1};  // of the relief
  const auto add_shade = [&](Relief& relief) {
    relief.add_shade(random);
    for (float& channel : strength) channel = static_cast<float>(random.uniform(0.1, 1.4));
  };
  Relief relief(image.width, image.height);
  switch (static_cast<Texture>(random.weighted(kOdds))) {
    case Texture::kPlain:
      break;
    case Texture::kShaded:
      add_shade(relief);
      break;
    case Texture::kStriped:
      world == World::kRich ? relief.add_stripes(random) : add_shade(relief);
      break;
    case Texture::kNoisy:
      relief.add_noise(random);
      break;
  }
  for (int y = 0; y < image.height; ++y) {
    const float* added = relief.row(y);
    std::uint8_t* pixel = image.row(y);
    for (int x = 0; x < image.width; ++x)
      for (std::size_t c = 0; c < 3; ++c)
        *pixel++ = static_cast<std::uint8_t>(std::clamp(tone[c] + strength[c] * added[x] + 0.5F, 0.0F, 255.0F));
  }
  if (world == World::kRich) draw_clutter(background, random, image);
}

}  // namespace blip::synth
