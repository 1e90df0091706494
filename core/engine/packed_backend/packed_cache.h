#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/engine/packed_backend/packed_file.h"
#include "core/kernels/packed_linear.h"

namespace blip {

// The folder of packed weights: $GST_BLIP_CACHE, else $XDG_CACHE_HOME/gst-blip, else $HOME/.cache/gst-blip. Empty when
// there is none or $GST_BLIP_CACHE is "off": then nothing is kept.
std::filesystem::path packed_cache_folder();

// Packed weights of large models, kept on disk so that the next start maps them. Failures are no errors: the model
// works without; they are told as warnings of one line.
class PackedCache {
 public:
  // `precision`: the word for what is packed.
  PackedCache(const Checkpoint& checkpoint, const std::string& precision, std::filesystem::path folder, int threads);

  // Null: pack anew. The entries are not checked yet.
  std::shared_ptr<const PackedFile> open(std::vector<std::string>& warnings) const;
  // Nothing for less than kWorthKeeping bytes. The oldest files go when all are more than kMostBytes.
  void keep(const std::map<std::string, PackedBytes>& packed, std::vector<std::string>& warnings) const;

  void discard() const;  // the next start packs anew

  const std::filesystem::path& path() const { return path_; }
  static constexpr std::int64_t kWorthKeeping = std::int64_t{32} << 20;
  static constexpr std::int64_t kMostBytes = std::int64_t{8} << 30;

 private:
  void make_room() const;

  std::filesystem::path folder_, path_;
  std::string key_;
  int threads_;
};

}  // namespace blip
