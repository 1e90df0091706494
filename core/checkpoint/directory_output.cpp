#include "core/checkpoint/directory_output.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>

#include "core/checkpoint/message.h"

namespace blip {
namespace fs = std::filesystem;

DirectoryOutput::DirectoryOutput(const fs::path& target) : target_(fs::absolute(target).lexically_normal()) {
  if (!target_.has_filename()) target_ = target_.parent_path();  // "dir/"
  std::error_code ignored;
  const bool is_there = fs::exists(fs::symlink_status(target_, ignored));
  if (is_there && !(fs::is_directory(target_, ignored) && fs::is_empty(target_, ignored))) {
    throw Error(ErrorKind::kInvalidArgument,
                in_quotes(target_.string()) + " exists already; give a new or an empty directory");
  }
  std::string pattern = target_.string() + ".part-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw Error(ErrorKind::kFailed, "cannot write " + in_quotes(target_.string()) + ": " + std::strerror(errno));
  }
  part_ = pattern;
  fs::permissions(part_,
                  fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec | fs::perms::others_read |
                      fs::perms::others_exec,
                  ignored);
}

DirectoryOutput::~DirectoryOutput() {
  std::error_code ignored;
  if (!part_.empty()) fs::remove_all(part_, ignored);
}

void DirectoryOutput::finish() {
  std::error_code error;
  fs::rename(part_, target_, error);
  if (error) throw Error(ErrorKind::kFailed, "cannot write " + in_quotes(target_.string()) + ": " + error.message());
  part_.clear();
}

}  // namespace blip
