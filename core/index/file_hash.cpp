#include "core/index/file_hash.h"

#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr std::size_t kChunk = std::size_t{4} << 20;

struct StateFree {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

class OpenFile {
 public:
  explicit OpenFile(const std::filesystem::path& file)
      : name_(file.string()), descriptor_(open(file.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) fail();
    posix_fadvise(descriptor_, 0, 0, POSIX_FADV_SEQUENTIAL);
  }
  ~OpenFile() { close(descriptor_); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  std::size_t read(std::vector<char>& bytes) {
    for (;;) {
      const ssize_t count = ::read(descriptor_, bytes.data(), bytes.size());
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR) fail();
    }
  }

 private:
  [[noreturn]] void fail() const {
    throw Error(ErrorKind::kFailed, "'" + name_ + "' cannot be read: " + std::strerror(errno));
  }

  std::string name_;
  int descriptor_;
};

std::string digits(const XXH128_hash_t& hash) {
  char text[33];
  std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(hash.high64),
                static_cast<unsigned long long>(hash.low64));
  return text;
}

}  // namespace

std::string file_hash(const std::filesystem::path& file, const std::function<bool()>& cancelled) {
  OpenFile in(file);
  const std::unique_ptr<XXH3_state_t, StateFree> state(XXH3_createState());
  XXH3_128bits_reset(state.get());
  std::vector<char> bytes(kChunk);
  while (const std::size_t count = in.read(bytes)) {
    if (cancelled && cancelled()) throw Error(ErrorKind::kCancelled, "interrupted");
    XXH3_128bits_update(state.get(), bytes.data(), count);
  }
  return digits(XXH3_128bits_digest(state.get()));
}

std::string text_hash(const std::string& text) {
  return digits(XXH3_128bits(text.data(), text.size()));
}

}  // namespace blip
