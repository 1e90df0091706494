#include "pipelines/indexing/add_job.h"

#include <gst/gst.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <system_error>

#include "core/base/error.h"
#include "core/index/index_reader.h"
#include "core/index/index_writer.h"
#include "pipelines/elements/installation.h"
#include "pipelines/indexing/index_run.h"
#include "pipelines/indexing/indexing_models.h"
#include "pipelines/indexing/indexing_report.h"
#include "pipelines/indexing/media_files.h"
#include "pipelines/records/model_failure.h"
#include "pipelines/terminal/interrupt.h"

namespace blip {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kPatience(200);

void print_line(const std::string& text) {
  if (std::puts(text.c_str()) < 0 || std::fflush(stdout) != 0)
    throw Error(ErrorKind::kFailed, "standard output cannot be written");
}

// Makes the index's folder, and says what it was made with before.
std::optional<IndexModels> known_models(const std::filesystem::path& index) {
  std::error_code error;
  std::filesystem::create_directories(index.parent_path(), error);
  if (error)
    throw Error(ErrorKind::kFailed,
                "cannot make the folder '" + index.parent_path().string() + "': " + error.message());
  if (!std::filesystem::exists(index, error)) return std::nullopt;
  return IndexReader(index).models();
}

class AddJob {
 public:
  AddJob(const AddSettings& settings, Console& console) : settings_(settings), console_(console) {}

  int run() {
    MediaList list = find_media(settings_.paths);
    const Shard shard = settings_.shard_part();
    std::erase_if(list.files, [&](const MediaFile& file) { return !belongs_to(file, shard); });
    for (const std::string& problem : list.problems) console_.line(problem);
    failed_ = !list.problems.empty();
    if (list.files.empty() && !settings_.watch) {
      if (!failed_) console_.line("no videos and pictures there");
      return failed_ ? 1 : 0;
    }
    index_all(list);
    console_.clear_progress();
    if (!settings_.json) print_line(summary_text(counts_));
    if (interrupt_.requested()) {
      console_.line("interrupted; what is stored stays, and the same command goes on from here");
      return 130;
    }
    return failed_ ? 1 : 0;
  }

 private:
  void index_all(const MediaList& list) {
    const std::filesystem::path index = settings_.index_path();
    const std::optional<IndexModels> known = known_models(index);
    load_plugin();
    const IndexingModels models = open_indexing_models(settings_, known);
    for (const auto& model : {models.embedder, models.captioner})
      if (model)
        for (const std::string& warning : model->warnings()) console_.line_once("warning: " + warning);
    IndexWriter writer(index);
    writer.set_models(models.index);
    expect(list, writer);
    IndexRun run(settings_, models, writer, interrupt_);
    for (const MediaFile& file : list.files) run.add(file);
    counts_.videos = static_cast<std::int64_t>(list.files.size());
    const auto begin = Clock::now();
    for (bool over = false; !over;) {
      const RunEvents events = run.wait(kPatience);
      tell(events);
      over = events.idle && events.done.empty();
      if (!over && console_.shows_progress())
        console_.progress(
            indexing_progress(counts_, events.current, std::chrono::nanoseconds(Clock::now() - begin).count()));
    }
  }

  void load_plugin() {
    try {
      load_blip_plugin(program_directory());
    } catch (const Error& error) {
      throw ModelFailure(error.kind(), error.what());
    }
  }

  // So that others see what waits.
  void expect(const MediaList& list, IndexWriter& writer) {
    const IndexReader reader(settings_.index_path());
    std::vector<std::string> known;
    for (VideoRow& row : reader.videos()) known.push_back(std::move(row.file.path));
    std::ranges::sort(known);
    for (const MediaFile& file : list.files) {
      if (interrupt_.requested()) return;
      if (!std::ranges::binary_search(known, file.path)) writer.expect_video({file.path, "", 0, 0});
    }
  }

  void tell(const RunEvents& events) {
    for (const std::string& warning : events.model_warnings) console_.line_once("warning: " + warning);
    for (const std::string& warning : events.source_warnings) console_.line(warning);
    for (const VideoOutcome& outcome : events.done) {
      counts_.add(outcome);
      if (outcome.state == VideoOutcome::State::kFailed) {
        console_.line(outcome.path + ": " + outcome.error);
        failed_ = true;
      }
      if (settings_.json && outcome.state != VideoOutcome::State::kInterrupted) {
        console_.clear_progress();
        print_line(outcome_json(outcome));
      }
    }
  }

  const AddSettings& settings_;
  Console& console_;
  InterruptWatch interrupt_;
  IndexingCounts counts_;
  bool failed_ = false;
};

}  // namespace

int run_add_job(const AddSettings& settings, Console& console) {
  settings.validate();
  gst_init(nullptr, nullptr);
  return AddJob(settings, console).run();
}

}  // namespace blip
