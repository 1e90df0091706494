#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace blip {

// Scratch memory that is handed out in order and taken back all at once: after the first rounds it allocates no more.
// Not safe from several threads: one a thread.
class Arena {
 public:
  // Uninitialised, aligned to 64 bytes; valid until the scope that it was taken in ends.
  template <class T>
  T* take(std::int64_t count) {
    return static_cast<T*>(take_bytes(static_cast<std::size_t>(count) * sizeof(T)));
  }

  // What is taken while it lives goes back when it ends.
  class Scope {
   public:
    explicit Scope(Arena& arena) : arena_(arena), block_(arena.block_), used_(arena.used_) {}
    ~Scope() { arena_.give_back(block_, used_); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Arena& arena_;
    std::size_t block_, used_;
  };

  std::size_t bytes() const;  // held in all

 private:
  struct Free {
    void operator()(void* bytes) const;
  };
  struct Block {
    std::unique_ptr<std::byte, Free> bytes;
    std::size_t size = 0;
  };

  void* take_bytes(std::size_t bytes);
  void give_back(std::size_t block, std::size_t used);

  std::vector<Block> blocks_;
  std::size_t block_ = 0;  // the one in use; those before it are full
  std::size_t used_ = 0;   // of it
};

}  // namespace blip
