#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "core/base/file_output.h"

namespace blip {

// Of one picture's states: N tokens, V wide. 0 = none.
struct StateSize {
  std::int64_t tokens = 0, width = 0;
  std::int64_t numbers() const noexcept { return tokens * width; }
  bool operator==(const StateSize&) const = default;
};

// What a frozen image encoder made of a data set's pictures, in one mapped file: float16 [pictures, N, V]. `key` says
// of what: the encoder's weights, the preparation, the pictures. Immutable; safe to share.
class StateStore {
 public:
  // The file at `path`, checked whole; null when there is none, it is damaged or has another key, which `why` says
  // (empty when there is none).
  static std::shared_ptr<const StateStore> open(const std::filesystem::path& path, const std::string& key,
                                                std::string& why);

  std::int64_t pictures() const noexcept { return pictures_; }
  const StateSize& size() const noexcept { return size_; }
  std::span<const std::uint16_t> states(std::int64_t picture) const;  // [N, V]

 private:
  StateStore() = default;

  std::shared_ptr<const void> owner_;
  const std::uint16_t* numbers_ = nullptr;
  std::int64_t pictures_ = 0;
  StateSize size_;
};

// Writes such a file, picture by picture, which appears when it is complete.
class StateStoreWriter {
 public:
  // Throws Error(kFailed) naming the path.
  StateStoreWriter(const std::filesystem::path& path, const std::string& key, std::int64_t pictures, StateSize size);
  void add(std::span<const std::uint16_t> states);  // of the next picture or of several
  void finish();                                    // every picture has been added

 private:
  FileOutput file_;
  std::int64_t left_;  // numbers
  std::uint32_t crc_ = 0;
};

}  // namespace blip
