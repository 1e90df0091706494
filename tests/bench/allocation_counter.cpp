#include "tests/bench/allocation_counter.h"

#include <link.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

namespace blip::bench {
namespace {

std::atomic<std::uint64_t> g_own{0}, g_onednn{0};
std::atomic<std::uintptr_t> g_begin{0}, g_end{0};  // where libdnnl's code lies; 0 = not loaded

// Called with every library; takes libdnnl's executable segment.
int find_onednn(dl_phdr_info* info, std::size_t, void*) {
  if (std::strstr(info->dlpi_name, "libdnnl") == nullptr) return 0;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& header = info->dlpi_phdr[i];
    if (header.p_type != PT_LOAD || (header.p_flags & PF_X) == 0) continue;
    g_begin = info->dlpi_addr + header.p_vaddr;
    g_end = info->dlpi_addr + header.p_vaddr + header.p_memsz;
  }
  return 1;
}

void* counted(std::size_t size, const void* caller) {
  const auto address = reinterpret_cast<std::uintptr_t>(caller);
  (address >= g_begin && address < g_end ? g_onednn : g_own)++;
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void* counted_aligned(std::size_t size, std::align_val_t alignment) {
  ++g_own;
  const auto step = static_cast<std::size_t>(alignment);
  void* memory = std::aligned_alloc(step, (size + step - 1) / step * step);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

Allocations allocations() {
  if (g_begin == 0) dl_iterate_phdr(find_onednn, nullptr);
  return {g_own, g_onednn};
}

}  // namespace blip::bench

void* operator new(std::size_t size) {
  return blip::bench::counted(size, __builtin_return_address(0));
}
void* operator new[](std::size_t size) {
  return blip::bench::counted(size, __builtin_return_address(0));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return blip::bench::counted_aligned(size, alignment);
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return blip::bench::counted_aligned(size, alignment);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
