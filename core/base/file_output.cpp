#include "core/base/file_output.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include "core/base/error.h"

namespace blip {
namespace {

[[noreturn]] void fail(const std::string& what, const std::filesystem::path& path, int code) {
  throw Error(ErrorKind::kFailed, "cannot " + what + " '" + path.string() + "': " + std::strerror(code));
}

}  // namespace

FileOutput::FileOutput(std::filesystem::path path) : path_(std::move(path)), part_(path_.string() + ".part") {
  if (std::error_code ignored; std::filesystem::is_directory(path_, ignored)) fail("write", path_, EISDIR);
  file_ = std::fopen(part_.c_str(), "wb");
  if (file_ == nullptr) fail("write", path_, errno);
}

FileOutput::~FileOutput() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  std::error_code ignored;
  std::filesystem::remove(part_, ignored);
}

void FileOutput::write(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) fail("write", part_, errno);
}

void FileOutput::flush() {
  if (std::fflush(file_) != 0) fail("write", part_, errno);
}

void FileOutput::finish() {
  flush();
  std::FILE* file = std::exchange(file_, nullptr);
  std::error_code ignored;
  if (std::fclose(file) != 0) {
    const int code = errno;
    std::filesystem::remove(part_, ignored);
    fail("write", part_, code);
  }
  std::error_code error;
  std::filesystem::rename(part_, path_, error);
  if (error) {
    std::filesystem::remove(part_, ignored);
    throw Error(ErrorKind::kFailed,
                "cannot rename '" + part_.string() + "' to '" + path_.string() + "': " + error.message());
  }
}

}  // namespace blip
