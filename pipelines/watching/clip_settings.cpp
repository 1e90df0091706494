#include "pipelines/watching/clip_settings.h"

#include <system_error>

#include <unistd.h>

#include "core/base/error.h"
#include "core/base/file_output.h"

namespace blip {

void ClipSettings::prepare() const {
  if (!wanted()) return;
  if (before < 0 || after < 0 || longest < 1'000'000'000 || longest > 600'000'000'000)
    throw Error(ErrorKind::kInvalidArgument,
                "a clip lasts 1 s to 10 min, and neither begins after nor ends before what it shows");
  if (!(fps >= 1 && fps <= 60) || width < 16 || height < 16 || memory < (std::size_t{1} << 20))
    throw Error(ErrorKind::kInvalidArgument, "clips have 1 to 60 pictures a second of at least 16x16 in at least 1 MB");
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error || !std::filesystem::is_directory(directory, error))
    throw Error(ErrorKind::kFailed, "cannot make the folder '" + directory.string() + "' for clips" +
                                        (error ? ": " + error.message() : "; there is a file of that name"));
  const auto probe = directory / (".write-test-" + std::to_string(getpid()));
  try {
    FileOutput(probe).write("x");
  } catch (const Error&) {
    throw Error(ErrorKind::kFailed, "cannot write into '" + directory.string() + "'; choose another --clip-dir");
  }
}

}  // namespace blip
