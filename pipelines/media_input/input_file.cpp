#include "pipelines/media_input/input_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "core/base/error.h"

namespace blip {

void check_input_file(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found)
    throw Error(ErrorKind::kNotFound, "no such file; check the name");
  if (error) throw Error(ErrorKind::kFailed, "cannot be read: " + error.message());
  if (std::filesystem::is_directory(status))
    throw Error(ErrorKind::kInvalidArgument, "a directory; name the video or picture files in it");
  if (!std::filesystem::is_regular_file(status))
    throw Error(ErrorKind::kInvalidArgument, "neither a file nor a directory; save what it gives to a file first");
  errno = 0;
  if (!std::ifstream(path, std::ios::binary))
    throw Error(ErrorKind::kFailed, std::string("cannot be read: ") + std::strerror(errno));
  if (std::filesystem::file_size(path, error) == 0)
    throw Error(ErrorKind::kInvalidData, "the file is empty; expected a video or a picture");
}

}  // namespace blip
