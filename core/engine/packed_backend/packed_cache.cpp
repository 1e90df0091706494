#include "core/engine/packed_backend/packed_cache.h"

#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "core/base/error.h"
#include "core/checkpoint/mapped_file.h"
#include "core/kernels/cpu_isa.h"

namespace blip {
namespace {

constexpr const char* kFormat = "2";
constexpr const char* kEnding = ".packed";

std::string hex(XXH128_hash_t hash) {
  std::string text;
  for (const std::uint64_t half : {hash.high64, hash.low64}) {
    for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[half >> shift & 0xf];
  }
  return text;
}

// Names, types, shapes and samples of all tensors: training changes every one of them throughout, so samples tell two
// checkpoints apart; and the whole would have to be read at every start.
std::string fingerprint(const Checkpoint& checkpoint) {
  constexpr std::size_t kWhole = 64 << 10, kBlock = 4 << 10, kBlocks = 8;
  XXH3_state_t* state = XXH3_createState();
  const std::shared_ptr<XXH3_state_t> freed(state, [](XXH3_state_t* s) { XXH3_freeState(s); });
  XXH3_128bits_reset(state);
  for (const auto& [name, view] : checkpoint.tensors) {
    std::string about = name + ' ' + std::string(dtype_name(view.dtype));
    for (const std::int64_t size : view.shape) about += ' ' + std::to_string(size);
    XXH3_128bits_update(state, about.data(), about.size());
    const auto* bytes = static_cast<const std::byte*>(view.data);
    const std::size_t size = view.byte_count();
    if (size <= kWhole) {
      XXH3_128bits_update(state, bytes, size);
      continue;
    }
    for (std::size_t i = 0; i < kBlocks; ++i) {
      XXH3_128bits_update(state, bytes + (size - kBlock) * i / (kBlocks - 1), kBlock);
    }
    drop_pages(view.owner);  // the system maps many pages around each that is looked at
  }
  return hex(XXH3_128bits_digest(state));
}

// Size and time of writing of the checkpoint's files.
std::string file_state(const std::filesystem::path& path) {
  std::error_code error;
  std::string state;
  const auto add = [&](const std::filesystem::path& file) {
    const auto size = std::filesystem::file_size(file, error);
    const auto written = std::filesystem::last_write_time(file, error);
    if (!error) state += ' ' + std::to_string(size) + '@' + std::to_string(written.time_since_epoch().count());
  };
  if (!std::filesystem::is_directory(path, error)) {
    add(path);
    return state;
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
    if (entry.path().extension() == ".safetensors") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) add(file);
  return state;
}

}  // namespace

std::filesystem::path packed_cache_folder() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  if (const std::string own = variable("GST_BLIP_CACHE"); !own.empty()) return own == "off" ? "" : own;
  if (const std::string cache = variable("XDG_CACHE_HOME"); !cache.empty())
    return std::filesystem::path(cache) / "gst-blip";
  if (const std::string home = variable("HOME"); !home.empty())
    return std::filesystem::path(home) / ".cache" / "gst-blip";
  return {};
}

PackedCache::PackedCache(const Checkpoint& checkpoint, const std::string& precision, std::filesystem::path folder,
                         int threads)
    : folder_(std::move(folder)), threads_(threads) {
  if (folder_.empty()) return;
  key_ = std::string("format ") + kFormat + ", " + matmul_library() + ", " + cpu_isa_name(cpu_isa()) + ", " +
         precision + ", " + fingerprint(checkpoint) + "," + file_state(checkpoint.path);
  path_ = folder_ / (hex(XXH3_128bits(key_.data(), key_.size())) + kEnding);
}

std::shared_ptr<const PackedFile> PackedCache::open(std::vector<std::string>& warnings) const {
  if (folder_.empty()) return nullptr;
  try {
    auto file = PackedFile::open(path_, key_);
    std::error_code ignored;
    if (file) std::filesystem::last_write_time(path_, std::filesystem::file_time_type::clock::now(), ignored);
    return file;
  } catch (const Error& error) {
    warnings.push_back(std::string(error.what()) + "; they are packed anew");
    return nullptr;
  }
}

void PackedCache::keep(const std::map<std::string, PackedBytes>& packed, std::vector<std::string>& warnings) const {
  std::int64_t bytes = 0;
  for (const auto& [name, own] : packed) bytes += own.size();
  if (folder_.empty() || bytes < kWorthKeeping) return;
  try {
    std::filesystem::create_directories(folder_);
    // Two processes may pack the same model at once: each writes a file of its own and renames.
    const std::filesystem::path own = path_.string() + '.' + std::to_string(getpid());
    PackedFile::write(own, key_, packed, threads_);
    std::filesystem::rename(own, path_);
    make_room();
  } catch (const std::exception& error) {
    warnings.push_back("cannot keep the packed weights in '" + folder_.string() +
                       "' for the next start: " + error.what());
  }
}

void PackedCache::discard() const {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

void PackedCache::make_room() const {
  struct Kept {
    std::filesystem::file_time_type used;
    std::int64_t bytes;
    std::filesystem::path path;
  };
  std::vector<Kept> files;
  std::int64_t all = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    if (entry.path().extension() != kEnding) continue;
    files.push_back({entry.last_write_time(), static_cast<std::int64_t>(entry.file_size()), entry.path()});
    all += files.back().bytes;
  }
  std::sort(files.begin(), files.end(), [](const Kept& a, const Kept& b) { return a.used < b.used; });
  for (const Kept& file : files) {
    if (all <= kMostBytes) break;
    if (file.path == path_) continue;
    std::filesystem::remove(file.path);
    all -= file.bytes;
  }
}

}  // namespace blip
