#include "core/kernels/block_pool.h"

#include <cstdlib>
#include <mutex>
#include <new>
#include <utility>

namespace blip {
namespace {

constexpr std::size_t kAlignment = 64;

struct Free {
  void operator()(std::byte* block) const { std::free(block); }
};

}  // namespace

struct BlockPool::Spare {
  std::mutex mutex;
  std::unique_ptr<std::byte, Free> block;
  std::size_t size = 0;
};

BlockPool::BlockPool() : spare_(std::make_shared<Spare>()) {}

std::shared_ptr<std::byte> BlockPool::take(std::size_t bytes) const {
  const std::size_t size = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  std::unique_ptr<std::byte, Free> block;
  {
    const std::lock_guard lock(spare_->mutex);
    if (spare_->size == size) block = std::move(spare_->block);
  }
  if (!block) block.reset(static_cast<std::byte*>(std::aligned_alloc(kAlignment, size)));
  if (!block) throw std::bad_alloc();
  return {block.release(), [spare = spare_, size](std::byte* freed) {
            std::unique_ptr<std::byte, Free> kept(freed);
            const std::lock_guard lock(spare->mutex);
            std::swap(spare->block, kept);
            spare->size = size;
          }};
}

}  // namespace blip
