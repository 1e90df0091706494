#include "pipelines/searching/result_output.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "core/base/file_output.h"
#include "pipelines/records/record_output.h"

namespace blip {

void write_result(const std::string& file, const std::string& bytes) {
  if (file.empty()) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size() || std::fflush(stdout) != 0)
      throw OutputFailure(ErrorKind::kFailed, std::string("cannot write to standard output: ") + std::strerror(errno));
    return;
  }
  try {
    FileOutput out(file);
    out.write(bytes);
    out.finish();
  } catch (const OutputFailure&) {
    throw;
  } catch (const Error& e) {
    throw OutputFailure(e.kind(), e.what());
  }
}

}  // namespace blip
