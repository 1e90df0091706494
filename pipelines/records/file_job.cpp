#include "pipelines/records/file_job.h"

#include <filesystem>
#include <system_error>

#include "core/base/error.h"
#include "core/vision/image_file.h"
#include "pipelines/media_input/input_file.h"
#include "pipelines/records/model_failure.h"
#include "pipelines/terminal/progress.h"

namespace blip {

void SourceRun::write(TimedRecord record) {
  record.source = file;
  if (still) {
    record.timeless = true;
    record.start = record.end = 0;
  }
  console_.clear_progress();
  output_.write(record);
}

void SourceRun::source_warning(const std::string& warning) {
  console_.line(file + ": warning: " + warning);
}

void SourceRun::model_warning(const std::string& warning) {
  console_.line_once("warning: " + warning);
}

FileJob::FileJob(const JobFiles& files, Console& console)
    : files_(files), console_(console), plan_(plan_output(files)) {}

int FileJob::run(const std::function<void(SourceRun&)>& read) {
  open_shared_output();
  bool failed = false;
  for (number_ = 1; number_ <= files_.files.size() && !interrupt_.requested(); ++number_)
    if (!read_one(files_.files[number_ - 1], read)) failed = true;
  console_.clear_progress();
  if (shared_) shared_->finish();
  if (interrupt_.requested()) return 130;
  return failed ? 1 : 0;
}

std::unique_ptr<RecordOutput> FileJob::make_output(const std::filesystem::path& file) const {
  return std::make_unique<RecordOutput>(file, make_record_writer(plan_.format, files_.files.size() > 1));
}

void FileJob::open_shared_output() {
  if (plan_.each.empty()) {
    shared_ = make_output(plan_.file);
    return;
  }
  std::error_code error;
  std::filesystem::create_directories(plan_.directory, error);
  if (error)
    throw OutputFailure(ErrorKind::kFailed,
                        "cannot make the directory '" + plan_.directory.string() + "': " + error.message());
}

// Returns whether it worked; if not, the user was told why.
bool FileJob::read_one(const std::string& file, const std::function<void(SourceRun&)>& read) {
  try {
    check_input_file(file);
    if (shared_) {
      fill(file, *shared_, read);
    } else {
      const auto own = make_output(plan_.each[number_ - 1]);
      fill(file, *own, read);
      own->finish();
    }
    return true;
  } catch (const ModelFailure&) {
    throw;
  } catch (const OutputFailure&) {
    throw;
  } catch (const Error& e) {
    const std::string message = e.what();
    const bool names_file = message.find("'" + file + "'") != std::string::npos;
    console_.line(names_file ? message : file + ": " + message);
    return false;
  }
}

// Puts the records of one source into `output`, all or (in a file) none.
void FileJob::fill(const std::string& file, RecordOutput& output, const std::function<void(SourceRun&)>& read) {
  const bool still = is_still_image(file);
  if (still && holds_one_source(plan_.format))
    throw Error(ErrorKind::kUnsupported,
                "a still picture has no times for the cues of a subtitle file; use --format text or json");
  SourceRun run(file, still, output, console_, interrupt_);
  if (console_.shows_progress()) run.progress = progress_drawer(file);
  try {
    read(run);
  } catch (...) {
    output.discard_source();
    throw;
  }
  output.keep_source();
}

std::function<void(std::int64_t, std::int64_t)> FileJob::progress_drawer(const std::string& file) {
  using Clock = std::chrono::steady_clock;
  const std::string name = std::filesystem::path(file).filename();
  const auto begin = Clock::now();
  auto next = begin;
  return [this, name, begin, next](std::int64_t position, std::int64_t duration) mutable {
    const auto now = Clock::now();
    if (now < next) return;
    next = now + std::chrono::milliseconds(100);
    const std::int64_t elapsed = std::chrono::nanoseconds(now - begin).count();
    console_.progress(progress_text({name, position, duration, elapsed, number_, files_.files.size()}));
  };
}

}  // namespace blip
