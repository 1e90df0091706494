#include "pipelines/captioning/caption_job.h"

#include <gst/gst.h>

#include <chrono>
#include <memory>
#include <optional>
#include <system_error>

#include "core/base/error.h"
#include "core/vision/image_file.h"
#include "pipelines/captioning/caption_output.h"
#include "pipelines/captioning/caption_pipeline.h"
#include "pipelines/captioning/clock_text.h"
#include "pipelines/captioning/input_file.h"
#include "pipelines/captioning/installation.h"
#include "pipelines/captioning/output_plan.h"
#include "pipelines/captioning/progress.h"
#include "pipelines/captioning/still_source.h"
#include "pipelines/captioning/video_source.h"

namespace blip {
namespace {

using Clock = std::chrono::steady_clock;

class CaptionJob {
 public:
  CaptionJob(const CaptionSettings& settings, Console& console)
      : settings_(settings), console_(console), plan_(plan_output(settings)) {}

  int run() {
    open_shared_output();
    bool failed = false;
    for (number_ = 1; number_ <= settings_.files.size() && !interrupt_.requested(); ++number_)
      if (!caption_one(settings_.files[number_ - 1])) failed = true;
    console_.clear_progress();
    if (shared_) shared_->finish();
    if (interrupt_.requested()) return 130;
    return failed ? 1 : 0;
  }

 private:
  std::unique_ptr<CaptionOutput> make_output(const std::filesystem::path& file) const {
    return std::make_unique<CaptionOutput>(
        file, make_caption_writer(plan_.format, {settings_.files.size() > 1, settings_.token_ids}));
  }

  void open_shared_output() {
    if (plan_.each.empty()) {
      shared_ = make_output(plan_.file);
      return;
    }
    std::error_code error;
    std::filesystem::create_directories(plan_.directory, error);
    if (error)
      throw Error(ErrorKind::kFailed,
                  "cannot make the directory '" + plan_.directory.string() + "': " + error.message());
  }

  // Returns whether it worked; if not, the user was told why.
  bool caption_one(const std::string& file) {
    try {
      check_input_file(file);
      if (shared_) {
        fill(file, *shared_);
      } else {
        const auto own = make_output(plan_.each[number_ - 1]);
        fill(file, *own);
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
  void fill(const std::string& file, CaptionOutput& output) {
    try {
      read_source(file, output);
    } catch (...) {
      output.discard_source();
      throw;
    }
    output.keep_source();
  }

  void read_source(const std::string& file, CaptionOutput& output) {
    const bool still = is_still_image(file);
    if (still && holds_one_source(plan_.format))
      throw Error(ErrorKind::kUnsupported,
                  "a still picture has no times for the cues of a subtitle file; use --format text or json");
    const GstElementHandle source =
        still ? make_still_source(read_image(file, {settings_.auto_orient})) : make_video_source(file);
    RunListener listener;
    listener.record = [&](CaptionRecord record) {
      record.source = file;
      record.still = still;
      if (still) record.start = record.end = 0;
      console_.clear_progress();
      output.write(record);
    };
    listener.model_warning = [&](const std::string& warning) { console_.line_once("warning: " + warning); };
    listener.source_warning = [&](const std::string& warning) { console_.line(file + ": warning: " + warning); };
    if (console_.shows_progress()) listener.progress = progress_drawer(file);
    pipeline().run(source.get(), file, interrupt_, listener);
  }

  // Draws at most ten times a second.
  std::function<void(std::int64_t, std::int64_t)> progress_drawer(const std::string& file) {
    const std::string name = std::filesystem::path(file).filename();
    const auto begin = Clock::now();
    auto next = begin;
    return [this, name, begin, next](std::int64_t position, std::int64_t duration) mutable {
      const auto now = Clock::now();
      if (now < next) return;
      next = now + std::chrono::milliseconds(100);
      const std::int64_t elapsed = std::chrono::nanoseconds(now - begin).count();
      console_.progress(progress_text({name, position, duration, elapsed, number_, settings_.files.size()}));
    };
  }

  // Made with the first usable file, so that a wrong file name does not cost the loading of a model.
  CaptionPipeline& pipeline() {
    if (!pipeline_) {
      try {
        load_blip_plugin(program_directory());
        pipeline_.emplace(settings_);
      } catch (const Error& e) {
        throw ModelFailure(e.kind(), e.what());
      }
    }
    return *pipeline_;
  }

  const CaptionSettings& settings_;
  Console& console_;
  OutputPlan plan_;
  InterruptWatch interrupt_;
  std::unique_ptr<CaptionOutput> shared_;  // null when each source has its own
  std::optional<CaptionPipeline> pipeline_;
  std::size_t number_ = 0;
};

}  // namespace

int run_caption_job(const CaptionSettings& settings, Console& console) {
  settings.validate();
  for (const std::string& warning : settings.warnings()) console.line("warning: " + warning);
  gst_init(nullptr, nullptr);
  return CaptionJob(settings, console).run();
}

}  // namespace blip
