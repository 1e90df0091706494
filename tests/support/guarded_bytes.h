#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <stdexcept>

namespace blip::test {

// Bytes that end where memory that must not be touched begins: reading one byte beyond them ends the program, in vector
// code too, which no sanitizer sees.
class GuardedBytes {
 public:
  explicit GuardedBytes(std::size_t size) : page_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))) {
    pages_ = (size + page_ - 1) / page_;
    map_ = ::mmap(nullptr, (pages_ + 1) * page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map_ == MAP_FAILED) throw std::runtime_error("mmap failed");
    ::mprotect(static_cast<std::uint8_t*>(map_) + pages_ * page_, page_, PROT_NONE);
    data_ = static_cast<std::uint8_t*>(map_) + pages_ * page_ - size;
  }
  ~GuardedBytes() { ::munmap(map_, (pages_ + 1) * page_); }
  GuardedBytes(const GuardedBytes&) = delete;
  GuardedBytes& operator=(const GuardedBytes&) = delete;

  std::uint8_t* data() const noexcept { return data_; }

 private:
  std::size_t page_, pages_ = 0;
  void* map_ = nullptr;
  std::uint8_t* data_ = nullptr;
};

}  // namespace blip::test
