#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "core/base/error.h"
#include "core/base/file_output.h"
#include "pipelines/records/record_writer.h"

namespace blip {

// The results cannot be written: it would be the same for every other source.
class OutputFailure : public Error {
 public:
  using Error::Error;
};

// One output of a run: stdout, where records appear as they come, or a file that appears when it is complete.
// In a file the records of a source are kept back until the source is done, so that a source that failed leaves none.
class RecordOutput {
 public:
  // `file` empty = stdout. Throws OutputFailure when the file cannot be written, as all below do.
  RecordOutput(const std::filesystem::path& file, std::unique_ptr<RecordWriter> writer);

  void write(const TimedRecord& record);
  void keep_source();     // the source is done, or was interrupted: its records count
  void discard_source();  // the source failed
  // Completes the output. A file of which no source was kept does not appear, and a former one stays as it was.
  void finish();

 private:
  void emit(const std::string& bytes);

  std::unique_ptr<RecordWriter> writer_;
  std::optional<FileOutput> file_;
  std::string pending_;
  bool begun_ = false;
  bool kept_any_ = false;
};

}  // namespace blip
