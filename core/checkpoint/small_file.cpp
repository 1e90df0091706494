#include "core/checkpoint/small_file.h"

#include <system_error>

#include "core/base/file_output.h"
#include "core/checkpoint/mapped_file.h"
#include "core/checkpoint/message.h"

namespace blip {
namespace fs = std::filesystem;

std::string read_text_file(const fs::path& path) {
  const ByteView bytes = map_file(path);
  return {reinterpret_cast<const char*>(bytes.data), bytes.size};
}

void write_text_file(const fs::path& path, const std::string& text) {
  FileOutput file(path);
  file.write(text);
  file.finish();
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

bool is_needed(const fs::path& folder, const SmallFile& file) {
  const fs::path path = folder / file.name;
  if (!is_there(path)) return true;
  if (read_text_file(path) == file.text) return false;
  throw Error(ErrorKind::kInvalidArgument,
              in_quotes(path.string()) + " exists already with another content; write into another directory");
}

}  // namespace blip
