// Linear layers of language models on weights as they are stored: GB/s of weights read, against reading memory alone.
// The weights of a layer are random; there are as many copies as no cache holds. usage: language_bench [THREADS [FORM
// ...]]
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "core/base/half_float.h"
#include "core/kernels/cpu_isa.h"
#include "core/kernels/parallel.h"
#include "core/kernels/stored_linear.h"

namespace {

using namespace blip;
using Clock = std::chrono::steady_clock;

double seconds_of(const std::function<void()>& work) {
  const auto begin = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// The shortest of as many runs as fit in half a second, at least seven: what others on the machine leave of it.
double shortest(const std::function<void()>& work) {
  constexpr double kEnough = 0.5;
  constexpr int kLeast = 7;
  work();
  double best = seconds_of(work), spent = best;
  for (int runs = 1; spent < kEnough || runs < kLeast; ++runs) {
    const double took = seconds_of(work);
    best = std::min(best, took);
    spent += took;
  }
  return best;
}

#if defined(__x86_64__)
__attribute__((target_clones("avx512f", "avx2", "default")))
#endif
std::uint64_t
sum(const std::uint64_t* values, std::int64_t count) {
  std::uint64_t total = 0;
  for (std::int64_t i = 0; i < count; ++i) total += values[i];
  return total;
}

// GB/s (1e9) of reading all of it in stretches of 256 KB.
double read_bandwidth(const std::vector<std::uint64_t>& values, int threads) {
  constexpr std::int64_t kStretch = 32 << 10;
  const auto stretches = static_cast<std::int64_t>(values.size()) / kStretch;
  std::vector<std::uint64_t> sums(static_cast<std::size_t>(stretches));
  const double seconds = shortest([&] {
    parallel_for(threads, stretches, [&](std::int64_t task, int) {
      sums[static_cast<std::size_t>(task)] = sum(values.data() + task * kStretch, kStretch);
    });
  });
  return sums[0] == 1 ? 0 : static_cast<double>(stretches * kStretch * 8) / 1e9 / seconds;
}

struct Shape {
  const char* name;
  std::int64_t out, in;
};

constexpr Shape kShapes[] = {{"OPT-2.7B q, k, v together", 7680, 2560},
                             {"OPT-2.7B attention out", 2560, 2560},
                             {"OPT-2.7B fc1", 10240, 2560},
                             {"OPT-2.7B fc2", 2560, 10240},
                             {"OPT-2.7B lm_head", 50272, 2560},
                             {"T5-XL q, k, v together", 6144, 2048},
                             {"T5-XL attention out", 2048, 2048},
                             {"T5-XL wi_0, wi_1", 10240, 2048},
                             {"T5-XL wo", 2048, 5120},
                             {"T5-XL lm_head", 32128, 2048}};
constexpr WeightForm kForms[] = {WeightForm::kFloat32, WeightForm::kFloat16, WeightForm::kBFloat16, WeightForm::kInt8,
                                 WeightForm::kInt4};
constexpr std::int64_t kRows[] = {1, 5, 40};
constexpr std::size_t kNoCacheHolds = std::size_t{256} << 20;

// Copies of a layer's weights one behind the other, in `memory`.
std::vector<StoredLinear> layers_of(const Shape& shape, WeightForm form, std::vector<std::uint64_t>& memory) {
  const auto bytes = static_cast<std::size_t>(form_bytes(form, shape.out, shape.in));
  const std::size_t step = (bytes + 63) / 64 * 64;
  const std::size_t copies = std::min(memory.size() * 8 / step, std::max(kNoCacheHolds / step, std::size_t{1}));
  auto* at = reinterpret_cast<std::uint8_t*>(memory.data());
  std::vector<StoredLinear> layers;
  for (std::size_t i = 0; i < copies; ++i, at += step)
    layers.emplace_back(shape.in, form, std::vector<StoredWeights>{{at, shape.out, nullptr}},
                        std::vector<float>(static_cast<std::size_t>(shape.out), 0.1f));
  return layers;
}

// Bits that are small numbers in every form.
void fill(std::vector<std::uint64_t>& memory, WeightForm form) {
  std::uint64_t state = 88172645463325252u;
  const std::uint16_t small = float_to_half(0.01f);
  for (std::uint64_t& word : memory) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    switch (form) {
      case WeightForm::kFloat32:
        word = (state & 0x807fffff807fffffu) | 0x3c0000003c000000u;
        break;
      case WeightForm::kFloat16:
        word = (state & 0x83ff83ff83ff83ffu) | 0x2400240024002400u;
        break;
      case WeightForm::kBFloat16:
        word = (state & 0x807f807f807f807fu) | 0x3c003c003c003c00u;
        break;
      default:
        word = (state & 0x00ff00ff00ff00ffu) | (small & 0xff00u) * 0x0001000100010001u;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : usable_cores();
  nlohmann::json report;
  report["threads"] = threads;
  report["isa"] = cpu_isa_name(cpu_isa());
  std::vector<std::uint64_t> memory(std::size_t{96} << 20);  // 768 MiB: the largest head in float32
  fill(memory, WeightForm::kFloat32);
  report["read_GB_s"] = read_bandwidth(memory, threads);
  report["read_GB_s_one_thread"] = read_bandwidth(memory, 1);
  Workspace workspace(threads);
  for (const WeightForm form : kForms) {
    if (argc > 2 && std::none_of(argv + 2, argv + argc, [&](const char* name) { return form_name(form) == name; }))
      continue;
    fill(memory, form);
    for (const Shape& shape : kShapes) {
      const auto layers = layers_of(shape, form, memory);
      for (const std::int64_t rows : kRows) {
        const std::vector<float> x(static_cast<std::size_t>(rows * shape.in), 0.5f);
        std::vector<float> y(static_cast<std::size_t>(rows * shape.out));
        std::size_t next = 0;
        const double seconds = shortest([&] {
          layers[next].run(workspace, x.data(), rows, y.data());
          next = (next + 1) % layers.size();
        });
        report["products"].push_back({{"form", form_name(form)},
                                      {"shape", shape.name},
                                      {"out", shape.out},
                                      {"in", shape.in},
                                      {"rows", rows},
                                      {"bytes", layers[0].bytes()},
                                      {"seconds", seconds}});
        std::fprintf(stderr, "%-9s %-26s %3ld rows: %8.3f ms, %6.1f GB/s, %7.1f GFLOP/s\n",
                     std::string(form_name(form)).c_str(), shape.name, static_cast<long>(rows), 1e3 * seconds,
                     static_cast<double>(layers[0].bytes()) / 1e9 / seconds,
                     2e-9 * static_cast<double>(rows * shape.in * shape.out) / seconds);
      }
    }
  }
  std::printf("%s\n", report.dump().c_str());
  return 0;
}
