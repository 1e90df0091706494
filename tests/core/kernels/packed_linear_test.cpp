#include "core/kernels/packed_linear.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <string>
#include <thread>
#include <utility>

#include "core/kernels/parallel.h"
#include "tests/core/kernels/allocation_count.h"
#include "tests/core/kernels/double_loops.h"
#include "tests/support/temp_dir.h"

namespace blip::test {
namespace {

std::vector<Precision> precisions() {
  if (cpu_isa() < CpuIsa::kAvx512) return {Precision::kFloat32, Precision::kInt8};  // oneDNN 2.x has no bfloat16 there
  return {Precision::kFloat32, Precision::kBFloat16, Precision::kInt8};
}

struct Layer {
  std::int64_t out, in;
  std::vector<float> weights = random_values(out * in, 1), bias = random_values(out, 2);
};

std::shared_ptr<void> pack(const Layer& layer, Precision precision) {
  auto memory = aligned_bytes(PackedLinear::stored_bytes(layer.out, layer.in, precision));
  PackedLinear::pack(layer.out, layer.in, precision, layer.weights.data(), memory.get(), int8_weight_limit(cpu_isa()));
  return memory;
}

PackedLinear linear_of(const Layer& layer, Precision precision) {
  const auto memory = pack(layer, precision);
  return {layer.out, layer.in, precision, memory.get(), memory, layer.bias};
}

// |x| and |w| as rounding them sees them: how far each factor may be off.
std::vector<double> roundings(const std::vector<float>& values, std::int64_t width, Precision precision, int limit) {
  std::vector<double> off(values.size());
  for (std::size_t row = 0; row < values.size(); row += static_cast<std::size_t>(width)) {
    double largest = 0;
    for (std::size_t i = row; i < row + static_cast<std::size_t>(width); ++i)
      largest = std::max<double>(largest, std::abs(values[i]));
    for (std::size_t i = row; i < row + static_cast<std::size_t>(width); ++i) {
      if (precision == Precision::kBFloat16) off[i] = kBFloat16Unit * std::abs(values[i]);
      if (precision == Precision::kInt8) off[i] = 0.5 * (1 + 0x1p-15) * largest / limit;
    }
  }
  return off;
}

std::vector<double> absolute(std::vector<double> values) {
  for (double& value : values) value = std::abs(value);
  return values;
}

// What a layer's product should be, and how far the precision's arithmetic may be off.
struct Expected {
  std::vector<double> values, allowed;
};

Expected expected(const Layer& layer, Precision precision, const std::vector<float>& x, std::int64_t rows, After after,
                  const std::vector<float>& y_before) {
  const auto exact_x = widened(x), exact_w = widened(layer.weights);
  const auto off_x = roundings(x, layer.in, precision, 127);
  const auto off_w = roundings(layer.weights, layer.in, precision, int8_weight_limit(cpu_isa()));
  const Sums sums = product(exact_x, exact_w, rows, layer.in, layer.out);
  const auto by_x = product(off_x, absolute(exact_w), rows, layer.in, layer.out).values;
  const auto by_w = product(absolute(exact_x), off_w, rows, layer.in, layer.out).values;
  const auto by_both = product(off_x, off_w, rows, layer.in, layer.out).values;
  Expected result{sums.values, {}};
  for (std::size_t i = 0; i < sums.values.size(); ++i) {
    const float bias = layer.bias[i % static_cast<std::size_t>(layer.out)];
    const double inexact = by_x[i] + by_w[i] + by_both[i];
    // int8: exact sums, then four roundings.
    const double terms = precision == Precision::kInt8 ? 4 : static_cast<double>(layer.in) + 3;
    double value = sums.values[i] + bias;
    double allowed = inexact + terms * kFloatUnit * (sums.sizes[i] + inexact + std::abs(bias));
    if (after == After::kGelu) {
      allowed = kGeluSlope * allowed + gelu_allowed(value);
      value = gelu(value);
    }
    if (after == After::kRelu) value = std::max(value, 0.0);
    if (after == After::kQuickGelu) {
      const double quick = value / (1 + std::exp(-1.702 * value));
      allowed = 1.11 * allowed + (4 * std::abs(value) + 12) * kFloatUnit * std::abs(quick);  // its largest derivative
      value = quick;
    }
    if (after == After::kAdd) {
      value += y_before[i];
      allowed += kFloatUnit * std::abs(value);
    }
    result.values[i] = value;
    result.allowed.push_back(allowed * 1.01);
  }
  return result;
}

void expect_within(const std::vector<float>& found, const Expected& expected, const std::string& what) {
  double worst = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double off = std::abs(found[i] - expected.values[i]);
    if (off > 0 || std::isnan(off)) worst = std::max(worst, std::isnan(off) ? 1e300 : off / expected.allowed[i]);
  }
  EXPECT_LE(worst, 1) << what;
}

std::vector<float> run(const PackedLinear& linear, Workspace& workspace, const std::vector<float>& x,
                       std::vector<float> y, After after) {
  linear.run(workspace, x.data(), static_cast<std::int64_t>(x.size()) / linear.in(), y.data(), after);
  return y;
}

std::string name(Precision precision, std::int64_t rows, int threads) {
  return "precision " + std::to_string(static_cast<int>(precision)) + ", " + std::to_string(rows) + " rows, " +
         std::to_string(threads) + " threads";
}

TEST(PackedLinear, EqualsDoublePrecisionWithinItsRoundings) {
  const Layer layers[] = {{48, 96}, {130, 40}, {2, 33}};
  for (const Layer& layer : layers) {
    for (const auto precision : precisions()) {
      const PackedLinear linear = linear_of(layer, precision);
      for (const int threads : {1, 2, 3}) {
        Workspace workspace(threads);
        for (const std::int64_t rows : {1, 3, 4, 20, 96, 97, 250}) {
          const auto after = static_cast<After>(rows % 5);
          const auto x = random_values(rows * layer.in, 5), y = random_values(rows * layer.out, 6);
          expect_within(run(linear, workspace, x, y, after), expected(layer, precision, x, rows, after, y),
                        name(precision, rows, threads));
        }
      }
    }
  }
}

TEST(PackedLinear, RowsOfOneThreadEqualDoublePrecision) {
  const Layer layer{50, 64};
  for (const auto precision : precisions()) {
    const PackedLinear linear = linear_of(layer, precision);
    Workspace workspace(3);
    for (const auto after : {After::kNothing, After::kGelu, After::kAdd, After::kRelu, After::kQuickGelu}) {
      const std::int64_t rows = 7;
      const auto x = random_values(rows * layer.in, 5), before = random_values(rows * layer.out, 6);
      std::vector<float> y = before;
      linear.run_rows(workspace, /*slot=*/2, x.data(), rows, y.data(), after);
      expect_within(y, expected(layer, precision, x, rows, after, before), name(precision, rows, 3));
    }
  }
}

TEST(PackedLinear, BFloat16ResultsAreRoundedOnce) {
  const Layer layer{50, 64};
  for (const auto precision : precisions()) {
    if (precision == Precision::kFloat32) continue;
    const PackedLinear linear = linear_of(layer, precision);
    Workspace workspace(1);
    const std::int64_t rows = 5;
    const auto x = random_values(rows * layer.in, 5);
    std::vector<BFloat16> y(static_cast<std::size_t>(rows * layer.out));
    linear.run_rows_bfloat16(workspace, /*slot=*/0, x.data(), rows, y.data());
    Expected all = expected(layer, precision, x, rows, After::kNothing, {});
    std::vector<float> found;
    for (std::size_t i = 0; i < y.size(); ++i) {
      found.push_back(from_bfloat16(y[i]));
      all.allowed[i] += kBFloat16Unit * (std::abs(all.values[i]) + all.allowed[i]);
    }
    expect_within(found, all, name(precision, rows, 1));
  }
}

// Activations at the ends of their range and weights at those of theirs: the sums of pairs that overflow first.
TEST(PackedLinear, TheLargestBytesDoNotSaturate) {
  Layer layer{40, 512};
  for (std::size_t i = 0; i < layer.weights.size(); ++i)
    layer.weights[i] = i / 512 % 3 == 0 ? 1.0f : i / 512 % 3 == 1 ? -1.0f : std::copysign(1.0f, layer.weights[i]);
  const PackedLinear linear = linear_of(layer, Precision::kInt8);
  for (const std::int64_t rows : {1, 4, 30}) {
    auto x = random_values(rows * layer.in, 7);
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] = i / 512 % 3 == 0 ? 1.0f : i / 512 % 3 == 1 ? -1.0f : std::copysign(1.0f, x[i]);
    Workspace workspace(1);
    const auto y =
        run(linear, workspace, x, std::vector<float>(static_cast<std::size_t>(rows * layer.out)), After::kNothing);
    const Sums sums = product(widened(x), widened(layer.weights), rows, layer.in, layer.out);
    for (std::size_t i = 0; i < y.size(); ++i) {
      const double value = sums.values[i] + layer.bias[i % 40];
      // Every factor is an end of its range, so that only the scales round.
      ASSERT_NEAR(y[i], value, 8 * kFloatUnit * (std::abs(sums.values[i]) + 1)) << rows << " rows, value " << i;
    }
  }
}

TEST(Int8WeightLimit, LeavesRoomFor16BitSumsWithoutVnni) {
  // Two products of the largest unsigned byte with the largest weight.
  EXPECT_LE(2 * 255 * int8_weight_limit(CpuIsa::kAvx2), std::numeric_limits<std::int16_t>::max());
  EXPECT_LE(2 * 255 * int8_weight_limit(CpuIsa::kAvx512), std::numeric_limits<std::int16_t>::max());
  EXPECT_LE(2 * 255 * int8_weight_limit(CpuIsa::kBaseline), std::numeric_limits<std::int16_t>::max());
  EXPECT_EQ(int8_weight_limit(CpuIsa::kAvx512Vnni), 127);
}

TEST(PackedLinear, RowsOfZerosAndChannelsOfZerosGiveTheBias) {
  Layer layer{20, 30};
  std::fill_n(layer.weights.begin() + 30, 30, 0.0f);
  for (const auto precision : precisions()) {
    const PackedLinear linear = linear_of(layer, precision);
    Workspace workspace(1);
    auto x = random_values(2 * layer.in, 3);
    std::fill_n(x.begin(), 30, 0.0f);
    const auto y = run(linear, workspace, x, std::vector<float>(40), After::kNothing);
    EXPECT_EQ(std::vector<float>(y.begin(), y.begin() + 20), layer.bias);
    EXPECT_EQ(y[21], layer.bias[1]);
  }
}

TEST(PackedLinear, ARowThatIsNoNumberStaysNoneAndHarmsNoOther) {
  const Layer layer{20, 30};
  for (const auto precision : precisions()) {
    const PackedLinear linear = linear_of(layer, precision);
    Workspace workspace(1);
    for (const float value : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
      auto x = random_values(3 * layer.in, 3);
      const auto sound = run(linear, workspace, x, std::vector<float>(60), After::kNothing);
      x[30 + 17] = value;
      const auto y = run(linear, workspace, x, std::vector<float>(60), After::kNothing);
      for (std::size_t i = 0; i < 20; ++i) {
        EXPECT_EQ(y[i], sound[i]);
        EXPECT_FALSE(std::isfinite(y[20 + i])) << name(precision, 3, 1);
        EXPECT_EQ(y[40 + i], sound[40 + i]);
      }
    }
  }
}

TEST(PackedLinear, IsTheSameEachTimeAndBesideOthers) {
  const Layer layer{200, 96};
  for (const auto precision : precisions()) {
    const PackedLinear linear = linear_of(layer, precision);
    const auto work = [&](std::vector<std::vector<float>>& found) {
      Workspace workspace(2);
      for (const std::int64_t rows : {1, 5, 96, 150, 300}) {
        const auto x = random_values(rows * layer.in, static_cast<std::uint32_t>(rows));
        for (const auto after : {After::kNothing, After::kGelu, After::kAdd})
          found.push_back(
              run(linear, workspace, x, std::vector<float>(static_cast<std::size_t>(rows * layer.out), 0.5f), after));
      }
    };
    std::vector<std::vector<float>> alone, again, beside;
    work(alone);
    std::thread other(work, std::ref(beside));
    work(again);
    other.join();
    EXPECT_EQ(alone, again);
    EXPECT_EQ(alone, beside);
  }
}

TEST(PackedLinear, AllocatesNoMoreThanOneDnnDoesInTheSteadyState) {
  const Layer layer{200, 96};
  for (const auto precision : precisions()) {
    const PackedLinear linear = linear_of(layer, precision);
    Workspace workspace(1);
    const auto x = random_values(40 * layer.in, 1);
    std::vector<float> y(static_cast<std::size_t>(40 * layer.out));
    const auto allocations = [](auto&& body) {
      for (int warm = 0; warm < 3; ++warm) body();
      const std::int64_t before = allocation_count();
      body();
      return allocation_count() - before;
    };
    const auto whole = allocations([&] { linear.run(workspace, x.data(), 40, y.data()); });
    const std::size_t scratch = workspace.arenas[0].bytes() + workspace.shared.bytes();
    const MatmulSpec spec = linear.spec(40, After::kNothing, /*all_threads=*/false);
    const Matmul bare(spec, 1);
    const float* bias = spec.bias ? layer.bias.data() : nullptr;
    const auto weights = aligned_bytes(PackedWeights::packed_bytes(layer.out, layer.in, precision));
    const PackedWeights packed(layer.out, layer.in, precision, weights.get(), weights);
    const auto product_alone = allocations([&] { bare.run(0, x.data(), packed, bias, y.data()); });
    EXPECT_LE(whole, product_alone) << name(precision, 40, 1);
    linear.run(workspace, x.data(), 40, y.data());
    EXPECT_EQ(workspace.arenas[0].bytes() + workspace.shared.bytes(), scratch);
  }
}

// A file mapped for this process alone: oneDNN writes zeros where the layout has padding, and the file must not change.
TEST(PackedLinear, RunsFromAPrivateMappingOfAFile) {
  const TempDir dir;
  const Layer layer{50, 37};
  for (const auto precision : precisions()) {
    const auto bytes = static_cast<std::size_t>(PackedLinear::stored_bytes(layer.out, layer.in, precision));
    const auto memory = pack(layer, precision);
    const std::string content(static_cast<const char*>(memory.get()), bytes);
    const std::string path = dir / "packed";
    std::ofstream(path, std::ios::binary) << content;
    const int file = ::open(path.c_str(), O_RDONLY);
    void* mapping = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    ::close(file);
    ASSERT_NE(mapping, MAP_FAILED);
    bool unmapped = false;
    {
      std::shared_ptr<const void> owner(mapping, [&](const void*) {
        unmapped = true;
        ::munmap(mapping, bytes);
      });
      PackedLinear first(layer.out, layer.in, precision, mapping, std::move(owner), layer.bias);
      const PackedLinear mapped = std::move(first);
      Workspace workspace(1);
      const auto x = random_values(4 * layer.in, 3);
      const std::vector<float> y(static_cast<std::size_t>(4 * layer.out));
      EXPECT_EQ(run(mapped, workspace, x, y, After::kNothing),
                run(linear_of(layer, precision), workspace, x, y, After::kNothing));
      EXPECT_FALSE(unmapped);
    }
    EXPECT_TRUE(unmapped);
    std::ifstream after(path, std::ios::binary);
    EXPECT_TRUE(std::string(std::istreambuf_iterator<char>(after), {}) == content);
  }
}

TEST(PackedLinear, PacksTheSameWeightsToTheSameBytes) {
  const Layer layer{50, 37};
  for (const auto precision : precisions()) {
    const auto bytes = static_cast<std::size_t>(PackedLinear::stored_bytes(layer.out, layer.in, precision));
    const auto first = pack(layer, precision), second = pack(layer, precision);
    EXPECT_EQ(std::memcmp(first.get(), second.get(), bytes), 0);
  }
}

TEST(Panels, CoverAllRowsInNearlyEqualParts) {
  for (const int threads : {1, 2, 3, 16}) {
    for (const std::int64_t rows : {1, 2, 95, 96, 97, 192, 193, 577, 4616}) {
      const std::int64_t count = panel_count(rows, threads);
      EXPECT_EQ(panel_begin(rows, count, 0), 0);
      EXPECT_EQ(panel_begin(rows, count, count), rows);
      std::int64_t least = rows, most = 0;
      for (std::int64_t panel = 0; panel < count; ++panel) {
        const std::int64_t height = panel_begin(rows, count, panel + 1) - panel_begin(rows, count, panel);
        least = std::min(least, height);
        most = std::max(most, height);
      }
      EXPECT_GE(least, 1);
      EXPECT_LE(most, kPanelRows);
      EXPECT_LE(most - least, 1);
      EXPECT_TRUE(count % threads == 0 || count == rows);
    }
  }
}

}  // namespace
}  // namespace blip::test
