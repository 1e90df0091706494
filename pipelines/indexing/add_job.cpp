#include "pipelines/indexing/add_job.h"

#include <gst/gst.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <system_error>

#include "core/base/error.h"
#include "core/index/index_reader.h"
#include "core/index/index_writer.h"
#include "pipelines/elements/installation.h"
#include "pipelines/indexing/folder_watch.h"
#include "pipelines/indexing/index_run.h"
#include "pipelines/indexing/indexing_models.h"
#include "pipelines/indexing/indexing_report.h"
#include "pipelines/indexing/media_files.h"
#include "pipelines/records/model_failure.h"
#include "pipelines/terminal/interrupt.h"
#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kPatience(200), kGrowing(1000);

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

// Where a video lies in a folder, or is what was named.
bool lies_under(const std::string& path, const std::string& name) {
  return path == name || (path.starts_with(name) && path[name.size()] == '/');
}

class AddJob {
 public:
  AddJob(const AddSettings& settings, Console& console) : settings_(settings), console_(console) {}

  int run() {
    MediaList list = find_media(settings_.paths);
    if (settings_.watch && list.folders.empty()) throw UsageError("--watch follows folders, and none is named");
    keep_own_shard(list);
    for (const std::string& problem : list.problems) console_.line(problem);
    failed_ = !list.problems.empty();
    if (list.files.empty() && !settings_.watch) {
      if (!failed_) console_.line("no video and no picture there");
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
    std::optional<FolderWatch> watch;
    if (settings_.watch) watch.emplace(list.folders);
    expect(list, writer);
    // A live stream keeps a worker for itself.
    const auto streams = std::ranges::count_if(list.files, &SourceFile::is_url);
    IndexRun run(settings_, models, writer, interrupt_, settings_.jobs + static_cast<int>(streams));
    add(list, run);
    begin_ = Clock::now();
    for (bool over = false; !over;) {
      const RunEvents events = run.wait(watch ? std::chrono::milliseconds(0) : kPatience);
      tell(events);
      over = events.idle && events.done.empty() && (!watch || interrupt_.requested());
      if (over) break;
      draw(events);
      if (watch) follow(*watch, run, writer, events);
    }
  }

  void keep_own_shard(MediaList& list) const {
    const Shard shard = settings_.shard_part();
    std::erase_if(list.files, [&](const SourceFile& file) { return !belongs_to(file, shard); });
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
    for (const SourceFile& file : list.files) {
      if (interrupt_.requested()) return;
      if (!std::ranges::binary_search(known, file.shown)) writer.expect_video({file.shown, "", 0, 0});
    }
  }

  void add(const MediaList& list, IndexRun& run) {
    for (const SourceFile& file : list.files)
      if (run.add(file)) ++counts_.videos;
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

  void draw(const RunEvents& events) {
    if (!console_.shows_progress()) return;
    const std::int64_t elapsed = std::chrono::nanoseconds(Clock::now() - begin_).count();
    console_.progress(events.idle ? "watching; " + summary_text(counts_)
                                  : indexing_progress(counts_, events.current, elapsed));
  }

  // Waits for the folders and the workers, and gives these what has come.
  void follow(FolderWatch& watch, IndexRun& run, IndexWriter& writer, const RunEvents& events) {
    std::array<pollfd, 3> watched{
        {{watch.descriptor(), POLLIN, 0}, {run.descriptor(), POLLIN, 0}, {interrupt_.descriptor(), POLLIN, 0}}};
    const auto patience = watch.is_waiting() ? kGrowing : events.idle ? std::chrono::milliseconds(-1) : kPatience;
    poll(watched.data(), watched.size(), static_cast<int>(patience.count()));
    if (interrupt_.requested()) return;
    FolderChanges changes = watch.changes();
    MediaList list = find_media(changes.missed ? settings_.paths : changes.ready);
    keep_own_shard(list);
    expect(list, writer);
    add(list, run);
    gone_.insert(gone_.end(), changes.gone.begin(), changes.gone.end());
    // A moved file is first seen in its new place.
    if (events.waiting == 0 && events.current.empty() && list.files.empty() && !watch.is_waiting()) forget_gone(writer);
  }

  void forget_gone(IndexWriter& writer) {
    if (gone_.empty()) return;
    for (const VideoRow& video : IndexReader(settings_.index_path()).videos()) {
      const std::string& path = video.file.path;
      std::error_code error;
      const bool gone = std::ranges::any_of(gone_, [&](const std::string& name) { return lies_under(path, name); });
      if (!gone || std::filesystem::exists(path, error)) continue;
      if (settings_.prune) writer.remove_video(video.id);
      console_.line(path + (settings_.prune ? ": deleted, and removed from the index"
                                            : ": deleted; its segments stay until: gst-blip index remove --missing"));
    }
    gone_.clear();
  }

  const AddSettings& settings_;
  Console& console_;
  InterruptWatch interrupt_{std::chrono::milliseconds(500), {SIGINT, SIGTERM}};
  IndexingCounts counts_;
  Clock::time_point begin_;
  std::vector<std::string> gone_;
  bool failed_ = false;
};

}  // namespace

int run_add_job(const AddSettings& settings, Console& console) {
  settings.validate();
  gst_init(nullptr, nullptr);
  return AddJob(settings, console).run();
}

}  // namespace blip
