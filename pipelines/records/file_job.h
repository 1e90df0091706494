#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "pipelines/records/job_files.h"
#include "pipelines/records/output_plan.h"
#include "pipelines/records/record_output.h"
#include "pipelines/terminal/console.h"
#include "pipelines/terminal/interrupt.h"

namespace blip {

// One source of a run while it is read: what is known of it, and where to put what is found.
class SourceRun {
 public:
  SourceRun(const std::string& source, bool is_still, RecordOutput& output, Console& console,
            const InterruptWatch& watch)
      : file(source), still(is_still), interrupt(watch), output_(output), console_(console) {}

  const std::string& file;  // as the user named it
  const bool still;         // a picture, not a video
  const InterruptWatch& interrupt;
  // How far reading came, in nanoseconds of stream time; drawn at most ten times a second. Empty unless on a terminal.
  std::function<void(std::int64_t position, std::int64_t duration)> progress;

  void write(TimedRecord record);  // the source is filled in here, and that a picture has no times
  void source_warning(const std::string& warning);
  void model_warning(const std::string& warning);  // shown once a run

 private:
  RecordOutput& output_;
  Console& console_;
};

// Reads files one after the other; records go to stdout or to files, all else to the console.
class FileJob {
 public:
  // Throws UsageError when files and output do not go together.
  FileJob(const JobFiles& files, Console& console);

  // Calls `read` for each file that is there. It throws Error for what is wrong with the source, ModelFailure for what
  // stops the whole run. Returns the program's exit code: 0, 1 when a file failed (the others are done), 130 when
  // interrupted. Throws ModelFailure and OutputFailure.
  int run(const std::function<void(SourceRun&)>& read);

 private:
  std::unique_ptr<RecordOutput> make_output(const std::filesystem::path& file) const;
  void open_shared_output();
  bool read_one(const std::string& file, const std::function<void(SourceRun&)>& read);
  void fill(const std::string& file, RecordOutput& output, const std::function<void(SourceRun&)>& read);
  std::function<void(std::int64_t, std::int64_t)> progress_drawer(const std::string& file);

  const JobFiles& files_;
  Console& console_;
  OutputPlan plan_;
  InterruptWatch interrupt_;
  std::unique_ptr<RecordOutput> shared_;  // null when each source has its own
  std::size_t number_ = 0;
};

}  // namespace blip
