#include "core/engine/packed_backend/late_vision.h"

#include <atomic>
#include <set>
#include <utility>

#include "core/checkpoint/mapped_file.h"
#include "core/kernels/cpu_isa.h"

namespace blip {
namespace {

// Once a process.
std::optional<std::string> slow_cpu_warning() {
  static std::atomic<bool> told = false;
  if (cpu_isa() >= CpuIsa::kAvx512 || told.exchange(true)) return std::nullopt;
  return std::string("this CPU has no AVX-512 (") + cpu_isa_name(cpu_isa()) + "): everything works, but slower";
}

// The checkpoint's file has been looked at and is hardly needed any more.
void drop_source(const Checkpoint& checkpoint) {
  std::set<const void*> dropped;
  for (const auto& [name, view] : checkpoint.tensors) {
    if (dropped.insert(view.owner.get()).second) drop_pages(view.owner);
  }
}

// Entries of the packed file are named by their tensors.
bool of_vision(const std::string& name) {
  return name.starts_with("visual_encoder.");
}

}  // namespace

LateVision::LateVision(const Checkpoint& checkpoint, const std::string& word, Precision precision, int threads,
                       std::vector<std::string>& warnings, const std::function<void(WeightStore& weights)>& build_rest)
    : config_(checkpoint.config.vision), precision_(precision), threads_(threads) {
  if (auto warning = slow_cpu_warning()) warnings.push_back(std::move(*warning));
  const PackedCache cache(checkpoint, word, packed_cache_folder(), threads);
  drop_source(checkpoint);
  auto packed = cache.open(warnings);
  if (packed) {
    try {
      packed->check([](const std::string& name) { return !of_vision(name); }, threads);
    } catch (const DamagedPackedFile& damage) {
      warnings.push_back(std::string(damage.what()) + "; they are packed anew");
      packed = nullptr;
    }
  }
  WeightStore weights(checkpoint, packed);
  build_rest(weights);
  if (packed && weights.packed_anew().empty()) {
    later_.emplace(Later{checkpoint, std::move(packed), cache});
    drop_source(checkpoint);
    return;
  }
  vit_.emplace(weights, config_, precision_);
  drop_source(checkpoint);
  cache.keep(weights.packed_anew(), warnings);
}

const PackedVit& LateVision::vit() {
  if (vit_) return *vit_;
  std::shared_ptr<const PackedFile> packed = later_->packed;
  try {
    packed->check(of_vision, threads_);
  } catch (const DamagedPackedFile&) {
    later_->cache.discard();
    packed = nullptr;
  }
  WeightStore weights(later_->checkpoint, packed);
  vit_.emplace(weights, config_, precision_);
  drop_source(later_->checkpoint);
  later_.reset();
  return *vit_;
}

}  // namespace blip
