#include "core/kernels/arena.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace blip {
namespace {

constexpr std::size_t kAlignment = 64;
constexpr std::size_t kSmallestBlock = std::size_t{1} << 16;

std::size_t aligned(std::size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

void Arena::Free::operator()(void* bytes) const {
  std::free(bytes);
}

std::size_t Arena::bytes() const {
  std::size_t sum = 0;
  for (const Block& block : blocks_) sum += block.size;
  return sum;
}

void* Arena::take_bytes(std::size_t bytes) {
  const std::size_t need = aligned(std::max<std::size_t>(bytes, 1));
  while (block_ < blocks_.size() && used_ + need > blocks_[block_].size) {
    ++block_;
    used_ = 0;
  }
  if (block_ == blocks_.size()) {
    const std::size_t size = std::max({need, kSmallestBlock, this->bytes()});  // twice as much in all
    auto* memory = static_cast<std::byte*>(std::aligned_alloc(kAlignment, size));
    if (memory == nullptr) throw std::bad_alloc();
    blocks_.push_back({std::unique_ptr<std::byte, Free>(memory), size});
  }
  void* taken = blocks_[block_].bytes.get() + used_;
  used_ += need;
  return taken;
}

void Arena::give_back(std::size_t block, std::size_t used) {
  block_ = block;
  used_ = used;
  if (block_ > 0 || used_ > 0 || blocks_.size() < 2) return;
  const std::size_t all = bytes();  // one block of their size serves the next round without gaps
  blocks_.clear();
  auto* memory = static_cast<std::byte*>(std::aligned_alloc(kAlignment, all));
  if (memory != nullptr) blocks_.push_back({std::unique_ptr<std::byte, Free>(memory), all});
}

}  // namespace blip
