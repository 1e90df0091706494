#include "core/kernels/dense_matmul.h"

#include <omp.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <dnnl.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <string_view>
#include <unordered_map>

#include "core/base/error.h"

namespace blip {
namespace {

using dnnl::memory;
using Description = dnnl::matmul::primitive_desc;

constexpr std::size_t kMostKept = 512;  // shapes; a pre-training with texts of all lengths has about 400

struct Key {
  DenseMatmulShape shape;  // with its strides
  bool bias = false;
  int threads = 1;  // oneDNN divides the work when it prepares it

  auto operator<=>(const Key&) const = default;
};

struct Layouts {
  memory::desc a, b, bias, c;
};

// A product made ready for its shape.
struct Product {
  Layouts layouts;
  dnnl::matmul primitive;
  std::size_t scratch_bytes = 0;
  std::string implementation;
};

const dnnl::engine& cpu() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

memory::desc matrix(std::int64_t rows, std::int64_t columns, bool transposed, std::int64_t stride,
                    memory::data_type type) {
  return {{rows, columns}, type, transposed ? memory::dims{1, stride} : memory::dims{stride, 1}};
}

Layouts layouts_of(const Key& key) {
  const DenseMatmulShape& s = key.shape;
  const auto type = s.dtype == DType::kFloat32 ? memory::data_type::f32 : memory::data_type::bf16;
  Layouts layouts;
  layouts.a = matrix(s.m, s.k, s.a_transposed, s.lda, type);
  layouts.b = matrix(s.k, s.n, s.b_transposed, s.ldb, type);
  layouts.c = matrix(s.m, s.n, false, s.ldc, memory::data_type::f32);
  if (key.bias) layouts.bias = matrix(1, s.n, false, s.n, memory::data_type::f32);
  return layouts;
}

// Of oneDNN's implementations it names its blocked kernel first. On a plain B with many rows that runs at half the
// speed of its classical GEMM, which in turn adds a bias in a pass of its own. Empty where oneDNN has nothing.
Description fastest(const Key& key, const Layouts& layouts) {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  if (key.shape.accumulate) {
    dnnl::post_ops sum;
    sum.append_sum(1.0f);
    attributes.set_post_ops(sum);
  }
#if DNNL_VERSION_MAJOR >= 3
  const auto first = [&]() -> Description {
    if (key.bias) return {cpu(), layouts.a, layouts.b, layouts.bias, layouts.c, attributes, /*allow_empty=*/true};
    return {cpu(), layouts.a, layouts.b, layouts.c, attributes, /*allow_empty=*/true};
  };
#else
  // next_impl() reads it again.
  const dnnl::matmul::desc product = key.bias ? dnnl::matmul::desc(layouts.a, layouts.b, layouts.bias, layouts.c)
                                              : dnnl::matmul::desc(layouts.a, layouts.b, layouts.c);
  const auto first = [&] { return Description(product, attributes, cpu(), /*allow_empty=*/true); };
#endif
  if (!key.bias && key.shape.dtype == DType::kFloat32) {
    Description gemm = first();
    for (bool more = static_cast<bool>(gemm); more; more = gemm.next_impl()) {
      if (std::string_view(gemm.impl_info_str()).find("gemm:jit") != std::string_view::npos) return gemm;
    }
  }
  return first();
}

std::shared_ptr<const Product> prepare(const Key& key) {
  auto product = std::make_shared<Product>();
  product->layouts = layouts_of(key);
  const Description description = fastest(key, product->layouts);
  if (!description) return nullptr;
  product->primitive = dnnl::matmul(description);
  product->scratch_bytes = description.scratchpad_desc().get_size();
  product->implementation = description.impl_info_str();
  return product;
}

class ProductCache {
 public:
  std::shared_ptr<const Product> get(const Key& key) {
    const std::lock_guard lock(mutex_);
    ++time_;
    if (const auto found = products_.find(key); found != products_.end()) {
      found->second.last_use = time_;
      return found->second.product;
    }
    auto product = prepare(key);
    if (products_.size() >= kMostKept) {
      const auto older = [](const auto& a, const auto& b) { return a.second.last_use < b.second.last_use; };
      products_.erase(std::min_element(products_.begin(), products_.end(), older));
    }
    products_[key] = {product, time_};
    return product;
  }

 private:
  struct Entry {
    std::shared_ptr<const Product> product;
    std::uint64_t last_use = 0;
  };
  std::mutex mutex_;
  std::map<Key, Entry> products_;
  std::uint64_t time_ = 0;
};

ProductCache& cache() {
  static ProductCache products;
  return products;
}

// Memory of a thread that grows to the most that was asked for.
class Scratch {
 public:
  void* of(std::size_t bytes) {
    constexpr std::size_t kAlignment = 64;
    if (bytes > size_) {
      size_ = (bytes + kAlignment - 1) / kAlignment * kAlignment;
      memory_.reset(std::aligned_alloc(kAlignment, size_));
      if (memory_ == nullptr) {
        size_ = 0;
        throw std::bad_alloc();
      }
    }
    return memory_.get();
  }

 private:
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  std::unique_ptr<void, Free> memory_;
  std::size_t size_ = 0;
};

std::string text_of(const DenseMatmulShape& s) {
  return "m " + std::to_string(s.m) + ", n " + std::to_string(s.n) + ", k " + std::to_string(s.k) + ", lda " +
         std::to_string(s.lda) + ", ldb " + std::to_string(s.ldb) + ", ldc " + std::to_string(s.ldc);
}

[[noreturn]] void refuse(const DenseMatmulShape& shape, const std::string& expected) {
  throw Error(ErrorKind::kInvalidArgument, "matrix product of " + text_of(shape) + ": expected " + expected);
}

// With every stride in place.
DenseMatmulShape checked(DenseMatmulShape s) {
  if (s.m < 0 || s.n < 0 || s.k < 0) refuse(s, "sizes of at least 0");
  if (s.dtype != DType::kFloat32 && s.dtype != DType::kBFloat16)
    refuse(s, "float32 or bfloat16, not " + std::string(dtype_name(s.dtype)));
  const auto complete = [&](std::int64_t& stride, std::int64_t width, const char* name) {
    const std::int64_t least = std::max<std::int64_t>(width, 1);
    if (stride == 0) stride = least;
    if (stride < least) refuse(s, std::string(name) + " of at least " + std::to_string(least));
  };
  complete(s.lda, s.a_transposed ? s.m : s.k, "lda");
  complete(s.ldb, s.b_transposed ? s.k : s.n, "ldb");
  complete(s.ldc, s.n, "ldc");
  return s;
}

Key key_of(const DenseMatmulShape& shape, bool bias) {
  return {shape, bias, omp_get_max_threads()};
}

// What is left of a product over nothing.
void add_bias_only(const DenseMatmulShape& s, const float* bias, float* c) {
  for (std::int64_t row = 0; row < s.m; ++row) {
    float* out = c + row * s.ldc;
    if (!s.accumulate) std::fill_n(out, s.n, 0.0f);
    for (std::int64_t column = 0; bias != nullptr && column < s.n; ++column) out[column] += bias[column];
  }
}

void run(const Product& product, const void* a, const void* b, const float* bias, float* c) {
  thread_local Scratch scratch;
  thread_local dnnl::stream stream(cpu());
  const auto view = [](const memory::desc& layout, const void* data) {
    return memory(layout, cpu(), const_cast<void*>(data));
  };
  const memory::desc scratch_layout({static_cast<memory::dim>(product.scratch_bytes)}, memory::data_type::u8,
                                    memory::format_tag::a);
  std::unordered_map<int, memory> arguments = {{DNNL_ARG_SRC, view(product.layouts.a, a)},
                                               {DNNL_ARG_WEIGHTS, view(product.layouts.b, b)},
                                               {DNNL_ARG_DST, view(product.layouts.c, c)}};
  if (bias != nullptr) arguments.emplace(DNNL_ARG_BIAS, view(product.layouts.bias, bias));
  if (product.scratch_bytes > 0)
    arguments.emplace(DNNL_ARG_SCRATCHPAD, view(scratch_layout, scratch.of(product.scratch_bytes)));
  product.primitive.execute(stream, arguments);
}

}  // namespace

void dense_matmul(const DenseMatmulShape& asked, const void* a, const void* b, const float* bias, float* c) {
  const DenseMatmulShape shape = checked(asked);
  if (shape.m == 0 || shape.n == 0) return;
  if (c == nullptr || (shape.k > 0 && (a == nullptr || b == nullptr))) refuse(shape, "matrices that are not null");
  if (shape.k == 0) return add_bias_only(shape, bias, c);
  try {
    const auto product = cache().get(key_of(shape, bias != nullptr));
    if (product == nullptr)
      throw Error(ErrorKind::kUnsupported, "matrix product of " + text_of(shape) + ": oneDNN cannot multiply " +
                                               std::string(dtype_name(shape.dtype)) + " on this CPU");
    run(*product, a, b, bias, c);
  } catch (const dnnl::error& e) {
    throw Error(ErrorKind::kFailed, "matrix product of " + text_of(shape) + ": oneDNN: " + e.what());
  }
}

std::string dense_matmul_implementation(const DenseMatmulShape& asked, bool bias) {
  const auto product = cache().get(key_of(checked(asked), bias));
  return product == nullptr ? "" : product->implementation;
}

}  // namespace blip
