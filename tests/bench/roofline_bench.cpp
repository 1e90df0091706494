// What this machine can do, as JSON: matrix products by oneDNN with packed weights at BLIP's shapes, in float32,
// bfloat16 and int8, and reading memory; one thread and all. usage: roofline_bench
#include <omp.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <dnnl.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

namespace {

using dnnl::memory;
using Type = memory::data_type;

struct Shape {
  memory::dim rows, depth, columns;
};

// The shortest of as many runs as fit in a quarter of a second.
double shortest(const std::function<void()>& work) {
  work();
  double best = 1e9, spent = 0;
  while (spent < 0.25) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    best = std::min(best, took);
    spent += took;
  }
  return best;
}

dnnl::matmul::primitive_desc describe(const dnnl::engine& engine, const Shape& shape, Type source, Type weights) {
  const memory::desc a({shape.rows, shape.depth}, source, memory::format_tag::ab);
  const memory::desc b({shape.depth, shape.columns}, weights, memory::format_tag::any);
  const memory::desc c({shape.rows, shape.columns}, Type::f32, memory::format_tag::ab);
#if DNNL_VERSION_MAJOR >= 3
  return {engine, a, b, c};
#else
  return {dnnl::matmul::desc(a, b, c), engine};
#endif
}

struct Product {
  double rate = 0;             // 1e9 operations a second; 0 where oneDNN has no such product here
  std::string implementation;  // oneDNN's name for it
};

Product product(const Shape& shape, Type source, Type weights) try {
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  dnnl::stream stream(engine);
  const auto description = describe(engine, shape, source, weights);
  memory a(description.src_desc(), engine), b(description.weights_desc(), engine), c(description.dst_desc(), engine);
  std::memset(a.get_data_handle(), 0, description.src_desc().get_size());
  std::memset(b.get_data_handle(), 0, description.weights_desc().get_size());
  const dnnl::matmul matmul(description);
  const double seconds = shortest([&] {
    matmul.execute(stream, {{DNNL_ARG_SRC, a}, {DNNL_ARG_WEIGHTS, b}, {DNNL_ARG_DST, c}});
    stream.wait();
  });
  return {2e-9 * static_cast<double>(shape.rows * shape.depth * shape.columns) / seconds, description.impl_info_str()};
} catch (const dnnl::error&) {
  return {};
}

#if defined(__x86_64__)
__attribute__((target_clones("avx512f", "avx2", "default")))
#endif
std::uint64_t
sum(const std::uint64_t* values, std::size_t count) {
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < count; ++i) total += values[i];
  return total;
}

// GB/s (1e9) of reading 1 GiB, which no cache holds.
double read_bandwidth(unsigned threads) {
  std::vector<std::uint64_t> values(std::size_t{1} << 27, 1);
  const std::size_t share = values.size() / threads;
  std::vector<std::uint64_t> sums(threads);
  const double seconds = shortest([&] {
    std::vector<std::thread> readers;
    for (unsigned t = 0; t < threads; ++t)
      readers.emplace_back([&, t] { sums[t] = sum(values.data() + t * share, share); });
    for (auto& reader : readers) reader.join();
  });
  return sums[0] == 0 ? 0 : static_cast<double>(share * threads * sizeof(std::uint64_t)) / 1e9 / seconds;
}

}  // namespace

int main() {
  const struct {
    const char* name;
    Type source, weights;
  } types[]{{"float32", Type::f32, Type::f32}, {"bfloat16", Type::bf16, Type::bf16}, {"int8", Type::u8, Type::s8}};
  const auto threads = std::max(1U, std::thread::hardware_concurrency());
  nlohmann::json report;
  const dnnl_version_t* version = dnnl_version();
  report["onednn"] =
      std::to_string(version->major) + "." + std::to_string(version->minor) + "." + std::to_string(version->patch);
  report["threads"] = threads;
  for (const auto& type : types) {
    for (const memory::dim rows : {48, 144, 288, 577}) {
      nlohmann::json line{{"type", type.name}, {"rows", rows}};
      for (const unsigned used : {1U, threads}) {
        omp_set_num_threads(static_cast<int>(used));
        const Product found = product({rows, 768, 3072}, type.source, type.weights);
        line[used == 1 ? "one_thread" : "all_threads"] = found.rate;
        line["implementation"] = found.implementation;
      }
      if (threads == 1) line["all_threads"] = line["one_thread"];
      report["products"].push_back(line);
    }
  }
  report["read_one_thread"] = read_bandwidth(1);
  report["read_all_threads"] = read_bandwidth(threads);
  std::printf("%s\n", report.dump().c_str());
  return 0;
}
