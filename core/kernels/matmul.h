#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace blip {

// The type of both inputs of a matrix product. Sums are float32, and int32 for kInt8.
enum class MatmulType { kFloat32, kBFloat16, kInt8 };
std::int64_t element_bytes(MatmulType type) noexcept;
const char* type_name(MatmulType type) noexcept;  // "float32", "bfloat16", "int8"
std::string matmul_library();                     // "oneDNN 2.6.3": packed weights of another are not read

// A weight matrix W [out, in] in the blocked layout that oneDNN's fast kernels read: the same for any number of rows.
class PackedWeights {
 public:
  // Bytes of the packed form, which depends on the instruction set and on oneDNN's version. Throws Error(kUnsupported)
  // for a type that oneDNN cannot multiply here.
  static std::int64_t packed_bytes(std::int64_t out, std::int64_t in, MatmulType type);
  // weights [out, in], C-contiguous, of `type`; packed: packed_bytes() bytes, aligned to 64.
  static void pack(std::int64_t out, std::int64_t in, MatmulType type, const void* weights, void* packed);

  // Takes packed bytes that `owner` keeps; they are writable (padding is zeroed anew) but do not change.
  PackedWeights(std::int64_t out, std::int64_t in, MatmulType type, void* packed, std::shared_ptr<const void> owner);
  ~PackedWeights();
  PackedWeights(PackedWeights&&) noexcept;
  PackedWeights& operator=(PackedWeights&&) noexcept;

  std::int64_t out() const { return out_; }
  std::int64_t in() const { return in_; }
  MatmulType type() const { return type_; }

 private:
  friend class Matmul;
  struct Memory;
  std::int64_t out_, in_;
  MatmulType type_;
  std::unique_ptr<Memory> memory_;
  std::shared_ptr<const void> owner_;
};

// y [rows, out] = x [rows, in] W^T (+ bias) (gelu) (+ y), in this order. Strides count elements; with packed weights,
// rows lie without gaps: x_stride = in, y_stride = out.
struct MatmulSpec {
  std::int64_t rows = 0, in = 0, out = 0;
  MatmulType type = MatmulType::kFloat32;
  bool bfloat16_result = false;  // for kBFloat16
  std::int64_t x_stride = 0, y_stride = 0;
  std::int64_t in_stride = 0,
               out_stride = 0;  // of plain weights: W[o, i] at o * out_stride + i * in_stride; 0 = packed
  bool bias = false, gelu = false, add = false;
  bool all_threads = false;  // as many as Matmul has slots; otherwise it runs on the calling thread alone

  auto operator<=>(const MatmulSpec&) const = default;
};

// One matrix product made ready for its shape. Throws Error: kUnsupported where oneDNN has nothing for it,
// kInvalidArgument for rows with gaps and packed weights.
class Matmul {
 public:
  Matmul(const MatmulSpec& spec, int slots);
  ~Matmul();
  Matmul(const Matmul&) = delete;
  Matmul& operator=(const Matmul&) = delete;

  // `slot`: below `slots`, one a thread that runs at the same time. bias [out] where the spec has one.
  void run(int slot, const void* x, const PackedWeights& weights, const float* bias, void* y) const;
  void run_plain(int slot, const void* x, const void* weights, const float* bias, void* y) const;
  std::string implementation() const;  // oneDNN's name for the kernel; holds "ref" for one to stay away from

 private:
  struct Ready;
  std::unique_ptr<Ready> ready_;
};

// Products by shape, each made once. Safe from any thread.
class MatmulCache {
 public:
  explicit MatmulCache(int threads) : threads_(threads) {}
  const Matmul& get(const MatmulSpec& spec);
  // Null where oneDNN reads packed weights in another layout for so many rows and threads than for one row on one: some
  // small products on some numbers of threads.
  const Matmul* find(const MatmulSpec& spec);

 private:
  int threads_;
  std::mutex mutex_;
  std::map<MatmulSpec, std::unique_ptr<Matmul>> products_;
};

}  // namespace blip
