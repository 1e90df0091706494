#include "core/kernels/matmul.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <omp.h>

#include <cmath>
#include <cstring>
#include <thread>
#include <utility>

#include "core/base/error.h"
#include "core/kernels/cpu_isa.h"
#include "core/kernels/packed_linear.h"
#include "core/kernels/parallel.h"
#include "tests/core/kernels/double_loops.h"

namespace blip::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr float kGap = -77;  // lies between rows, where nobody may write

// oneDNN 2.x multiplies bfloat16 from AVX-512 on.
bool multiplies(MatmulType type) {
  return type != MatmulType::kBFloat16 || cpu_isa() >= CpuIsa::kAvx512;
}

std::vector<MatmulType> types() {
  std::vector<MatmulType> usable;
  for (const auto type : {MatmulType::kFloat32, MatmulType::kBFloat16, MatmulType::kInt8}) {
    if (multiplies(type)) usable.push_back(type);
  }
  return usable;
}

struct Inputs {
  std::vector<float> x, weights, bias, y;  // [rows, in], [out, in], [out], [rows, out]
};

Inputs random_inputs(const MatmulSpec& spec, std::uint32_t seed = 1) {
  Inputs inputs{representable(random_values(spec.rows * spec.in, seed), spec.type),
                representable(random_values(spec.out * spec.in, seed + 1), spec.type),
                random_values(spec.out, seed + 2), random_values(spec.rows * spec.out, seed + 3)};
  if (spec.type == MatmulType::kInt8) {
    const auto limit = static_cast<float>(int8_weight_limit(cpu_isa()));
    for (float& weight : inputs.weights) weight = std::round(weight * limit / 127);
  }
  return inputs;
}

MatmulType result_type(const MatmulSpec& spec) {
  return spec.bfloat16_result ? MatmulType::kBFloat16 : MatmulType::kFloat32;
}

std::vector<float> spread(const std::vector<float>& values, std::int64_t rows, std::int64_t width,
                          std::int64_t stride) {
  std::vector<float> result(static_cast<std::size_t>(rows * stride), kGap);
  for (std::int64_t r = 0; r < rows; ++r) std::copy_n(values.data() + r * width, width, result.data() + r * stride);
  return result;
}

PackedWeights packed(const MatmulSpec& spec, const std::vector<float>& weights) {
  const auto memory = aligned_bytes(PackedWeights::packed_bytes(spec.out, spec.in, spec.type));
  const auto plain = stored(weights, spec.type);
  PackedWeights::pack(spec.out, spec.in, spec.type, plain.data(), memory.get());
  return {spec.out, spec.in, spec.type, memory.get(), memory};
}

// y with its gaps, which int32 and bfloat16 sums are read from as float.
std::vector<float> run(const Matmul& matmul, int slot, const MatmulSpec& spec, const Inputs& inputs,
                       const PackedWeights* weights, const void* plain_weights) {
  const auto x = stored(spread(inputs.x, spec.rows, spec.in, spec.x_stride), spec.type);
  std::vector<float> y = spread(inputs.y, spec.rows, spec.out, spec.y_stride);
  auto bytes = stored(y, result_type(spec));
  const float* bias = spec.bias ? inputs.bias.data() : nullptr;
  if (weights != nullptr) {
    matmul.run(slot, x.data(), *weights, bias, bytes.data());
  } else {
    matmul.run_plain(slot, x.data(), plain_weights, bias, bytes.data());
  }
  for (std::int64_t r = 0; r < spec.rows; ++r) {
    for (std::int64_t i = 0; i < spec.y_stride; ++i) {
      const auto at = static_cast<std::size_t>(r * spec.y_stride + i);
      if (spec.type == MatmulType::kInt8 && i < spec.out) {
        std::int32_t sum = 0;
        std::memcpy(&sum, bytes.data() + 4 * at, 4);
        y[at] = static_cast<float>(sum);
        EXPECT_EQ(static_cast<std::int32_t>(y[at]), sum);
      } else if (spec.bfloat16_result) {
        BFloat16 value = 0;
        std::memcpy(&value, bytes.data() + 2 * at, 2);
        y[at] = from_bfloat16(value);
      } else {
        std::memcpy(&y[at], bytes.data() + 4 * at, 4);
      }
    }
  }
  return y;
}

std::vector<float> run_packed(const MatmulSpec& spec, const Inputs& inputs) {
  const PackedWeights weights = packed(spec, inputs.weights);
  return run(Matmul(spec, 1), 0, spec, inputs, &weights, nullptr);
}

std::string text(const MatmulSpec& spec) {
  return "[" + std::to_string(spec.rows) + ", " + std::to_string(spec.in) + "] x [" + std::to_string(spec.in) + ", " +
         std::to_string(spec.out) + "] type " + std::to_string(static_cast<int>(spec.type)) +
         (spec.bias ? ", bias" : "") + (spec.gelu ? ", gelu" : "") + (spec.add ? ", add" : "") +
         (spec.all_threads ? ", all threads" : "") + (spec.bfloat16_result ? ", bfloat16 result" : "");
}

void expect_product(const MatmulSpec& spec, const Inputs& inputs, const std::vector<float>& found) {
  const Sums sums = product(widened(inputs.x), widened(inputs.weights), spec.rows, spec.in, spec.out);
  double worst = 0;
  for (std::int64_t r = 0; r < spec.rows; ++r) {
    for (std::int64_t o = 0; o < spec.out; ++o) {
      const auto at = static_cast<std::size_t>(r * spec.out + o);
      double value = sums.values[at], size = sums.sizes[at];
      if (spec.bias) value += inputs.bias[static_cast<std::size_t>(o)];
      if (spec.bias) size += std::abs(inputs.bias[static_cast<std::size_t>(o)]);
      double allowed = static_cast<double>(spec.in + 3) * kFloatUnit * size;
      if (spec.type == MatmulType::kInt8) allowed = 0;
      if (spec.gelu) {
        allowed = kGeluSlope * allowed + gelu_allowed(value);
        value = gelu(value);
      }
      if (spec.add) {
        value += inputs.y[at];
        allowed += kFloatUnit * std::abs(value);
      }
      if (spec.bfloat16_result) allowed += kBFloat16Unit * std::abs(value);
      const double off = std::abs(found[static_cast<std::size_t>(r * spec.y_stride + o)] - value);
      worst = std::max(worst, off == 0 ? 0 : off / allowed);
    }
    for (std::int64_t gap = spec.out; gap < spec.y_stride; ++gap)
      ASSERT_EQ(found[static_cast<std::size_t>(r * spec.y_stride + gap)], from_bfloat16(to_bfloat16(kGap)))
          << text(spec);
  }
  EXPECT_LE(worst, 1.01) << text(spec);
}

MatmulSpec spec_of(MatmulType type, std::int64_t rows, std::int64_t in, std::int64_t out) {
  MatmulSpec spec;
  spec.type = type;
  spec.rows = rows;
  spec.in = spec.x_stride = in;
  spec.out = spec.y_stride = out;
  return spec;
}

class OmpThreads {
 public:
  explicit OmpThreads(int threads) : before_(omp_get_max_threads()) { omp_set_num_threads(threads); }
  ~OmpThreads() { omp_set_num_threads(before_); }

 private:
  int before_;
};

TEST(Matmul, MultipliesByHand) {
  const MatmulSpec spec = [] {
    MatmulSpec s = spec_of(MatmulType::kFloat32, 2, 3, 2);
    s.bias = s.add = true;
    return s;
  }();
  const Inputs inputs{{1, 2, 3, 4, 5, 6}, {1, 2, 0, 0, -1, 1}, {10, 20}, {0.5f, 0, 0, -100}};
  EXPECT_EQ(run_packed(spec, inputs), (std::vector<float>{15.5f, 21, 24, -79}));
}

TEST(Matmul, PackedProductsEqualDoublePrecisionLoops) {
  struct Size {
    std::int64_t in, out;
  };
  constexpr Size kSizes[] = {{1, 1}, {7, 5}, {16, 48}, {48, 16}, {40, 100}, {64, 64}, {65, 129}, {100, 2}, {768, 36}};
  for (const auto type : types()) {
    for (const auto& [in, out] : kSizes) {
      for (const std::int64_t rows : {1, 2, 3, 5, 8, 17, 33, 96, 131}) {
        MatmulSpec spec = spec_of(type, rows, in, out);
        spec.all_threads = rows % 2 == 0;
        if (type != MatmulType::kInt8) {
          spec.bias = rows % 4 != 1;
          spec.gelu = rows % 3 == 0;
          spec.add = rows % 3 == 1;
          spec.bfloat16_result = type == MatmulType::kBFloat16 && rows % 3 == 2;
        }
        const Inputs inputs = random_inputs(spec);
        expect_product(spec, inputs, run_packed(spec, inputs));
      }
    }
  }
}

TEST(Matmul, TheModelsOwnSizesEqualDoublePrecisionLoops) {
  struct Size {
    std::int64_t rows, in, out;
  };
  constexpr Size kSizes[] = {{3, 768, 768},  {1, 768, 3072}, {3, 3072, 768}, {12, 768, 256},
                             {2, 1024, 256}, {1, 768, 2},    {24, 1024, 96}};
  for (const auto type : types()) {
    for (const auto& [rows, in, out] : kSizes) {
      for (const bool all_threads : {false, true}) {
        MatmulSpec spec = spec_of(type, rows, in, out);
        spec.all_threads = all_threads;
        spec.bias = type != MatmulType::kInt8;
        const Inputs inputs = random_inputs(spec);
        expect_product(spec, inputs, run_packed(spec, inputs));
      }
    }
  }
}

TEST(Matmul, PackedWeightsWantRowsWithoutGaps) {
  for (const auto type : types()) {
    for (const bool in_x : {false, true}) {
      MatmulSpec spec = spec_of(type, 6, 40, 24);
      (in_x ? spec.x_stride : spec.y_stride) += 5;
      try {
        const Matmul matmul(spec, 1);
        ADD_FAILURE() << "no error for " << text(spec);
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
        EXPECT_THAT(error.what(), HasSubstr("expected rows without gaps, 40 and 24"));
      }
    }
  }
}

// Queries by keys, and numerators by values, as attention multiplies them.
TEST(Matmul, PlainWeightsOfAnyStridesEqualDoublePrecisionLoops) {
  for (const auto type : {MatmulType::kFloat32, MatmulType::kBFloat16}) {
    if (!multiplies(type)) continue;
    for (const std::int64_t width : {16, 24, 32, 64, 96}) {
      for (const std::int64_t tokens : {1, 2, 17, 100}) {
        for (const std::int64_t rows : {1, 2, 16, 37}) {
          for (const bool channels_apart : {false, true}) {
            MatmulSpec spec = spec_of(type, rows, width, tokens);
            spec.x_stride = 3 * width;
            spec.y_stride = tokens + 7;
            spec.in_stride = channels_apart ? tokens + 3 : 1;
            spec.out_stride = channels_apart ? 1 : 2 * width;
            const Inputs inputs = random_inputs(spec);
            std::vector<float> laid(static_cast<std::size_t>(width * spec.in_stride + tokens * spec.out_stride), kGap);
            for (std::int64_t o = 0; o < tokens; ++o) {
              for (std::int64_t i = 0; i < width; ++i) {
                laid[static_cast<std::size_t>(o * spec.out_stride + i * spec.in_stride)] =
                    inputs.weights[static_cast<std::size_t>(o * width + i)];
              }
            }
            const auto plain = stored(laid, type);
            expect_product(spec, inputs, run(Matmul(spec, 1), 0, spec, inputs, nullptr, plain.data()));
          }
        }
      }
    }
  }
}

// Without VNNI pairs of products of bytes are summed in 16 bits: here they would overflow if anything could.
TEST(Matmul, SumsOfTheLargestBytesAreExact) {
  const auto limit = static_cast<float>(int8_weight_limit(cpu_isa()));
  for (const std::int64_t rows : {1, 3, 40}) {
    for (const std::int64_t in : {2, 64, 770}) {
      for (const float x : {127.0f, -127.0f}) {
        for (const float weight : {limit, -limit}) {
          const MatmulSpec spec = spec_of(MatmulType::kInt8, rows, in, 33);
          Inputs inputs = random_inputs(spec);
          inputs.x.assign(inputs.x.size(), x);
          inputs.weights.assign(inputs.weights.size(), weight);
          const auto y = run_packed(spec, inputs);
          EXPECT_THAT(y, testing::Each(x * weight * static_cast<float>(in))) << text(spec);
        }
      }
    }
  }
}

TEST(Matmul, SumsOfTheLargestBytesOfMixedSignsAreExact) {
  const auto limit = static_cast<float>(int8_weight_limit(cpu_isa()));
  for (const std::int64_t in : {64, 770}) {
    const MatmulSpec spec = spec_of(MatmulType::kInt8, 20, in, 50);
    Inputs inputs = random_inputs(spec);
    for (float& x : inputs.x) x = x < 0 ? -127.0f : 127.0f;
    for (float& weight : inputs.weights) weight = weight < 0 ? -limit : limit;
    expect_product(spec, inputs, run_packed(spec, inputs));
  }
}

TEST(Matmul, AnyNumberOfRowsReadsTheSamePackedWeights) {
  for (const auto type : types()) {
    const PackedWeights weights = [&] {
      const MatmulSpec spec = spec_of(type, 1, 96, 80);
      return packed(spec, random_inputs(spec).weights);
    }();
    for (const std::int64_t rows : {1, 4, 31, 64, 200, 700}) {
      for (const bool all_threads : {false, true}) {
        MatmulSpec spec = spec_of(type, rows, 96, 80);
        spec.all_threads = all_threads;
        Inputs inputs = random_inputs(spec);
        expect_product(spec, inputs, run(Matmul(spec, 1), 0, spec, inputs, &weights, nullptr));
      }
    }
  }
}

TEST(Matmul, MoreOrFewerThreadsThanAtItsMakingChangeNothing) {
  for (const auto type : types()) {
    MatmulSpec spec = spec_of(type, 3, 3072, 48);
    spec.all_threads = true;
    const Inputs inputs = random_inputs(spec);
    const PackedWeights weights = packed(spec, inputs.weights);
    for (const int made : {1, 2, 5}) {
      const auto matmul = [&] {
        const OmpThreads threads(made);
        return std::make_unique<Matmul>(spec, made);
      }();
      for (const int run_on : {1, 2, 5}) {
        const OmpThreads threads(run_on);
        expect_product(spec, inputs, run(*matmul, 0, spec, inputs, &weights, nullptr));
      }
      parallel_for(2, 2, [&](std::int64_t task, int) {
        if (task == 0) expect_product(spec, inputs, run(*matmul, 0, spec, inputs, &weights, nullptr));
      });
    }
  }
}

TEST(Matmul, SlotsRunAtTheSameTime) {
  for (const auto type : types()) {
    const MatmulSpec spec = spec_of(type, 9, 128, 64);
    const Matmul matmul(spec, 3);
    std::vector<Inputs> inputs;
    std::vector<PackedWeights> weights;
    for (std::uint32_t task = 0; task < 6; ++task) {
      inputs.push_back(random_inputs(spec, 10 * task));
      weights.push_back(packed(spec, inputs.back().weights));
    }
    std::vector<std::vector<float>> found(inputs.size());
    parallel_for(3, 6, [&](std::int64_t task, int slot) {
      const auto at = static_cast<std::size_t>(task);
      for (int round = 0; round < 20; ++round) found[at] = run(matmul, slot, spec, inputs[at], &weights[at], nullptr);
    });
    for (std::size_t task = 0; task < inputs.size(); ++task) expect_product(spec, inputs[task], found[task]);
  }
}

TEST(Matmul, ATypeThatThisCpuCannotMultiplyIsAnError) {
  if (multiplies(MatmulType::kBFloat16))
    GTEST_SKIP() << "this CPU multiplies bfloat16, so there is no refusal to look at; the run under AVX2 has one";
  try {
    PackedWeights::packed_bytes(64, 32, MatmulType::kBFloat16);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnsupported);
    EXPECT_THAT(error.what(), HasSubstr("[1, 32] by [32, 64] in bfloat16"));
  }
}

struct Layer {
  std::int64_t in, out;
};
// ViT-B, ViT-L, BERT-base with both widths of image, the projections, heads and the small models of the tests.
constexpr Layer kLayers[] = {{768, 768},   {768, 2304},  {768, 3072}, {3072, 768},  {1024, 1024}, {1024, 3072},
                             {1024, 4096}, {4096, 1024}, {1024, 768}, {768, 30524}, {768, 18432}, {1024, 18432},
                             {768, 256},   {1024, 256},  {256, 768},  {768, 2},     {588, 1024},  {32, 32},
                             {32, 96},     {32, 128},    {128, 32},   {48, 64},     {192, 64},    {64, 1000},
                             {24, 40},     {16, 2}};

void expect_fast(const Layer& layer, std::int64_t rows, bool every_option) {
  for (const auto type : types()) {
    for (int options = 0; options < (type == MatmulType::kInt8 || !every_option ? 2 : 6); ++options) {
      MatmulSpec spec = spec_of(type, rows, layer.in, layer.out);
      spec.all_threads = options % 2 == 1;
      spec.bias = type != MatmulType::kInt8;
      spec.gelu = options / 2 == 1;
      spec.add = options / 2 == 2;
      const std::string name = Matmul(spec, 1).implementation();
      EXPECT_THAT(name, Not(HasSubstr("ref"))) << text(spec);
      EXPECT_NE(name, "") << text(spec);
    }
  }
}

TEST(Matmul, NoShapeOfAModelFallsToTheReferenceImplementation) {
  for (const Layer& layer : kLayers) {
    for (const std::int64_t rows : {1, 3, 8, 12, 36, 96}) expect_fast(layer, rows, rows == 3);
  }
}

TEST(MatmulSlow, NoShapeOfAModelFallsToTheReferenceImplementationAtAnyRows) {
  for (const Layer& layer : kLayers) {
    for (std::int64_t rows = 1; rows <= 96; ++rows) expect_fast(layer, rows, true);
  }
}

TEST(Matmul, NoProductOfAttentionFallsToTheReferenceImplementation) {
  for (const auto type : {MatmulType::kFloat32, MatmulType::kBFloat16}) {
    if (!multiplies(type)) continue;
    for (const std::int64_t tokens : {1, 5, 16, 197, 577, 901, 9232}) {
      for (const std::int64_t width : {16, 24, 32, 64, 96}) {
        for (const std::int64_t rows : {1, 16, 96, 145}) {
          for (const bool channels_apart : {false, true}) {
            MatmulSpec scores = spec_of(type, rows, width, tokens);
            scores.x_stride = 36 * width;
            scores.y_stride = (tokens + 15) / 16 * 16;
            scores.in_stride = channels_apart ? tokens : 1;
            scores.out_stride = channels_apart ? 1 : 36 * width;
            EXPECT_THAT(Matmul(scores, 1).implementation(), Not(HasSubstr("ref"))) << text(scores);
            MatmulSpec context = spec_of(type, rows, tokens, width);
            context.x_stride = scores.y_stride;
            context.y_stride = 12 * width;
            context.in_stride = channels_apart ? width : 36 * width;
            context.out_stride = 1;
            context.add = channels_apart;
            EXPECT_THAT(Matmul(context, 1).implementation(), Not(HasSubstr("ref"))) << text(context);
          }
        }
      }
    }
  }
}

TEST(MatmulCache, MakesEachShapeOnce) {
  MatmulCache cache(2);
  MatmulSpec spec = spec_of(MatmulType::kFloat32, 4, 32, 16);
  const Matmul& first = cache.get(spec);
  EXPECT_EQ(&cache.get(spec), &first);
  for (auto change :
       std::vector<void (*)(MatmulSpec&)>{[](MatmulSpec& s) { s.rows = 5; }, [](MatmulSpec& s) { s.bias = true; },
                                          [](MatmulSpec& s) { s.gelu = true; }, [](MatmulSpec& s) { s.add = true; },
                                          [](MatmulSpec& s) { s.all_threads = true; }}) {
    MatmulSpec other = spec;
    change(other);
    EXPECT_NE(&cache.get(other), &first);
  }
}

TEST(MatmulCache, IsSafeFromAnyThread) {
  MatmulCache cache(1);
  std::vector<const Matmul*> found[2];
  const auto ask = [&](std::vector<const Matmul*>& to) {
    for (std::int64_t rows = 1; rows <= 20; ++rows) to.push_back(&cache.get(spec_of(MatmulType::kFloat32, rows, 8, 8)));
  };
  std::thread other(ask, std::ref(found[0]));
  ask(found[1]);
  other.join();
  EXPECT_EQ(found[0], found[1]);
}

TEST(PackedWeights, KeepTheirMemoryWhileTheyLive) {
  const MatmulSpec spec = spec_of(MatmulType::kFloat32, 2, 20, 30);
  const Inputs inputs = random_inputs(spec);
  const auto plain = stored(inputs.weights, spec.type);
  auto memory = aligned_bytes(PackedWeights::packed_bytes(spec.out, spec.in, spec.type));
  PackedWeights::pack(spec.out, spec.in, spec.type, plain.data(), memory.get());
  const std::weak_ptr<void> kept = memory;
  {
    PackedWeights first(spec.out, spec.in, spec.type, memory.get(), memory);
    memory.reset();
    PackedWeights second = std::move(first);
    EXPECT_EQ(second.out(), 30);
    EXPECT_EQ(second.in(), 20);
    expect_product(spec, inputs, run(Matmul(spec, 1), 0, spec, inputs, &second, nullptr));
    PackedWeights third = packed(spec, random_inputs(spec, 9).weights);
    third = std::move(second);
    expect_product(spec, inputs, run(Matmul(spec, 1), 0, spec, inputs, &third, nullptr));
    EXPECT_FALSE(kept.expired());
  }
  EXPECT_TRUE(kept.expired());
}

}  // namespace
}  // namespace blip::test
