#include "core/kernels/matmul.h"

#include <omp.h>

#include <cstddef>
#include <dnnl.hpp>
#include <utility>

#include "core/base/error.h"

namespace blip {
namespace {

using dnnl::memory;

// Never destroyed: threads may still hold streams on it when static objects go.
const dnnl::engine& cpu() {
  static const auto* const engine = new dnnl::engine(dnnl::engine::kind::cpu, 0);
  return *engine;
}

dnnl_stream_t stream() {
  thread_local const dnnl::stream own(cpu());
  return own.get();
}

memory::data_type data_type(MatmulType type) {
  switch (type) {
    case MatmulType::kBFloat16:
      return memory::data_type::bf16;
    case MatmulType::kInt8:
      return memory::data_type::s8;
    case MatmulType::kFloat32:
      break;
  }
  return memory::data_type::f32;
}

memory::data_type result_type(const MatmulSpec& spec) {
  if (spec.type == MatmulType::kInt8) return memory::data_type::s32;
  return spec.bfloat16_result ? memory::data_type::bf16 : memory::data_type::f32;
}

// How many threads oneDNN divides work among while this lives, when it prepares a product and when it runs one.
class ThreadLimit {
 public:
  explicit ThreadLimit(int threads) : before_(omp_get_max_threads()) { omp_set_num_threads(threads); }
  ~ThreadLimit() { omp_set_num_threads(before_); }
  ThreadLimit(const ThreadLimit&) = delete;
  ThreadLimit& operator=(const ThreadLimit&) = delete;

 private:
  int before_;
};

[[noreturn]] void refuse(const MatmulSpec& spec, const char* type, const dnnl::error& error) {
  throw Error(ErrorKind::kUnsupported, "oneDNN cannot multiply [" + std::to_string(spec.rows) + ", " +
                                           std::to_string(spec.in) + "] by [" + std::to_string(spec.in) + ", " +
                                           std::to_string(spec.out) + "] in " + type + " on this CPU: " + error.what());
}

bool has_packed_weights(const MatmulSpec& spec) {
  return spec.in_stride == 0 && spec.out_stride == 0;
}

dnnl::matmul::primitive_desc describe(const MatmulSpec& spec, int threads) {
  const ThreadLimit limit(threads);
  const memory::desc x({spec.rows, spec.in}, data_type(spec.type), memory::dims{spec.x_stride, 1});
  const memory::desc y({spec.rows, spec.out}, result_type(spec), memory::dims{spec.y_stride, 1});
  const memory::desc weights =
      has_packed_weights(spec)
          ? memory::desc({spec.in, spec.out}, data_type(spec.type), memory::format_tag::any)
          : memory::desc({spec.in, spec.out}, data_type(spec.type), memory::dims{spec.in_stride, spec.out_stride});
  const memory::desc bias =
      spec.bias ? memory::desc({1, spec.out}, memory::data_type::f32, memory::format_tag::ab) : memory::desc();
  dnnl::post_ops after;
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  try {
#if DNNL_VERSION_MAJOR >= 3
    if (spec.gelu) after.append_eltwise(dnnl::algorithm::eltwise_gelu_erf, 0, 0);
    if (spec.add) after.append_sum(1);
    attributes.set_post_ops(after);
    return spec.bias ? dnnl::matmul::primitive_desc(cpu(), x, weights, bias, y, attributes)
                     : dnnl::matmul::primitive_desc(cpu(), x, weights, y, attributes);
#else
    if (spec.gelu) after.append_eltwise(1, dnnl::algorithm::eltwise_gelu_erf, 0, 0);
    if (spec.add) after.append_sum(1);
    attributes.set_post_ops(after);
    const dnnl::matmul::desc what =
        spec.bias ? dnnl::matmul::desc(x, weights, bias, y) : dnnl::matmul::desc(x, weights, y);
    return {what, attributes, cpu()};
#endif
  } catch (const dnnl::error& error) {
    refuse(spec, type_name(spec.type), error);
  }
}

memory::desc packed_desc(std::int64_t out, std::int64_t in, MatmulType type) {
  MatmulSpec spec;
  spec.rows = 1;
  spec.in = spec.x_stride = in;
  spec.out = spec.y_stride = out;
  spec.type = type;
  return describe(spec, /*threads=*/1).weights_desc();
}

}  // namespace

const char* type_name(MatmulType type) noexcept {
  switch (type) {
    case MatmulType::kBFloat16:
      return "bfloat16";
    case MatmulType::kInt8:
      return "int8";
    case MatmulType::kFloat32:
      break;
  }
  return "float32";
}

std::int64_t element_bytes(MatmulType type) noexcept {
  switch (type) {
    case MatmulType::kBFloat16:
      return 2;
    case MatmulType::kInt8:
      return 1;
    case MatmulType::kFloat32:
      break;
  }
  return 4;
}

std::string matmul_library() {
  const dnnl_version_t* version = dnnl_version();
  return "oneDNN " + std::to_string(version->major) + '.' + std::to_string(version->minor) + '.' +
         std::to_string(version->patch);
}

struct PackedWeights::Memory {
  dnnl::memory memory;
};

std::int64_t PackedWeights::packed_bytes(std::int64_t out, std::int64_t in, MatmulType type) {
  return static_cast<std::int64_t>(packed_desc(out, in, type).get_size());
}

void PackedWeights::pack(std::int64_t out, std::int64_t in, MatmulType type, const void* weights, void* packed) {
  const memory::desc plain({in, out}, data_type(type), memory::format_tag::ba);
  memory from(plain, cpu(), const_cast<void*>(weights));
  memory to(packed_desc(out, in, type), cpu(), packed);
  dnnl::stream own(cpu());
  dnnl::reorder(from, to).execute(own, from, to);
  own.wait();
}

PackedWeights::PackedWeights(std::int64_t out, std::int64_t in, MatmulType type, void* packed,
                             std::shared_ptr<const void> owner)
    : out_(out),
      in_(in),
      type_(type),
      memory_(std::make_unique<Memory>(Memory{memory(packed_desc(out, in, type), cpu(), packed)})),
      owner_(std::move(owner)) {}

PackedWeights::~PackedWeights() = default;
PackedWeights::PackedWeights(PackedWeights&&) noexcept = default;
PackedWeights& PackedWeights::operator=(PackedWeights&&) noexcept = default;

struct Matmul::Ready {
  // What one thread hands to the primitive: only the addresses change between runs.
  struct Slot {
    memory x, weights, bias, y, scratch;
    std::vector<dnnl_exec_arg_t> arguments;
  };
  dnnl::matmul::primitive_desc desc;
  dnnl::matmul product;
  std::vector<Slot> slots;
  int threads = 1;
};

namespace {

// oneDNN chooses a layout with the kernel, and takes any bytes for it.
void expect_packed_layout(const MatmulSpec& spec, const memory::desc& weights) {
  const std::string name = "packed product of " + std::to_string(spec.rows) + " rows: ";
  if (spec.x_stride != spec.in || spec.y_stride != spec.out) {
    throw Error(ErrorKind::kInvalidArgument, name + "strides " + std::to_string(spec.x_stride) + " and " +
                                                 std::to_string(spec.y_stride) + ", expected rows without gaps, " +
                                                 std::to_string(spec.in) + " and " + std::to_string(spec.out));
  }
  if (weights != packed_desc(spec.out, spec.in, spec.type))
    throw Error(ErrorKind::kUnsupported, name + "oneDNN wants the weights in another layout than for one row");
}

}  // namespace

Matmul::Matmul(const MatmulSpec& spec, int slots) : ready_(std::make_unique<Ready>()) {
  Ready& ready = *ready_;
  ready.threads = spec.all_threads ? slots : 1;
  ready.desc = describe(spec, ready.threads);
  const bool packed = has_packed_weights(spec);
  if (packed) expect_packed_layout(spec, ready.desc.weights_desc());
  const ThreadLimit limit(ready.threads);
  ready.product = dnnl::matmul(ready.desc);
  ready.slots.resize(static_cast<std::size_t>(spec.all_threads ? 1 : slots));
  for (Ready::Slot& slot : ready.slots) {
    slot.x = memory(ready.desc.src_desc(), cpu(), DNNL_MEMORY_NONE);
    slot.y = memory(ready.desc.dst_desc(), cpu(), DNNL_MEMORY_NONE);
    slot.scratch = memory(ready.desc.scratchpad_desc(), cpu());
    slot.arguments = {{DNNL_ARG_SRC, slot.x.get()},
                      {DNNL_ARG_DST, slot.y.get()},
                      {DNNL_ARG_SCRATCHPAD, slot.scratch.get()},
                      {DNNL_ARG_WEIGHTS, nullptr}};
    if (!packed) {
      slot.weights = memory(ready.desc.weights_desc(), cpu(), DNNL_MEMORY_NONE);
      slot.arguments[3].memory = slot.weights.get();
    }
    if (spec.bias) {
      slot.bias = memory(ready.desc.bias_desc(), cpu(), DNNL_MEMORY_NONE);
      slot.arguments.push_back({DNNL_ARG_BIAS, slot.bias.get()});
    }
  }
}

Matmul::~Matmul() = default;

namespace {

void point(const memory& at, const void* bytes) {
  dnnl_memory_set_data_handle(at.get(), const_cast<void*>(bytes));
}

void execute(const dnnl::matmul& product, const std::vector<dnnl_exec_arg_t>& arguments) {
  const dnnl_status_t status =
      dnnl_primitive_execute(product.get(), stream(), static_cast<int>(arguments.size()), arguments.data());
  if (status != dnnl_success) {
    throw Error(ErrorKind::kFailed, "oneDNN could not run a matrix product (status " + std::to_string(status) + ")");
  }
}

}  // namespace

void Matmul::run(int slot, const void* x, const PackedWeights& weights, const float* bias, void* y) const {
  Ready::Slot& own = ready_->slots[static_cast<std::size_t>(slot)];
  point(own.x, x);
  point(own.y, y);
  own.arguments[3].memory = weights.memory_->memory.get();
  if (bias != nullptr) point(own.bias, bias);
  const ThreadLimit limit(ready_->threads);
  execute(ready_->product, own.arguments);
}

void Matmul::run_plain(int slot, const void* x, const void* weights, const float* bias, void* y) const {
  Ready::Slot& own = ready_->slots[static_cast<std::size_t>(slot)];
  point(own.x, x);
  point(own.y, y);
  point(own.weights, weights);
  if (bias != nullptr) point(own.bias, bias);
  const ThreadLimit limit(ready_->threads);
  execute(ready_->product, own.arguments);
}

std::string Matmul::implementation() const {
  return ready_->desc.impl_info_str();
}

const Matmul& MatmulCache::get(const MatmulSpec& spec) {
  const std::lock_guard lock(mutex_);
  auto& product = products_[spec];
  if (!product) product = std::make_unique<Matmul>(spec, threads_);
  return *product;
}

const Matmul* MatmulCache::find(const MatmulSpec& spec) {
  const std::lock_guard lock(mutex_);
  const auto [known, unknown] = products_.try_emplace(spec);
  if (!unknown) return known->second.get();
  const int threads = spec.all_threads ? threads_ : 1;
  if (describe(spec, threads).weights_desc() == packed_desc(spec.out, spec.in, spec.type))
    known->second = std::make_unique<Matmul>(spec, threads_);
  return known->second.get();
}

}  // namespace blip
