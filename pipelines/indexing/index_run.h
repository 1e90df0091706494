#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "pipelines/indexing/video_indexer.h"

namespace blip {

// How far the work on one video came.
struct VideoPosition {
  std::string path;
  std::int64_t position = 0, duration = 0;  // nanoseconds; duration 0 = not known
};

// What workers have to say; told on the main thread.
struct RunEvents {
  std::vector<VideoOutcome> done;
  std::vector<std::string> source_warnings, model_warnings;  // the former name their video
  std::vector<VideoPosition> current;                        // now, by path
  std::size_t waiting = 0;                                   // videos not begun
  bool idle = false;                                         // nothing waits or is worked on
};

// Several workers that index videos out of one queue: they share the writer and, through the engine, the models.
class IndexRun {
 public:
  IndexRun(const AddSettings& settings, const IndexingModels& models, IndexWriter& writer,
           const InterruptWatch& interrupt, int workers);
  ~IndexRun();  // waits for the workers, which stop after what they are at
  IndexRun(const IndexRun&) = delete;
  IndexRun& operator=(const IndexRun&) = delete;

  // A file that waits already is not taken twice, one that is worked on is looked at again afterwards. Returns whether
  // it was taken.
  bool add(SourceFile file);
  // What happened since the last call; waits for something to happen, or for `patience`. Throws what stopped a worker:
  // ModelFailure, or what the writer throws.
  RunEvents wait(std::chrono::milliseconds patience);
  // A descriptor that is readable while there is something for wait(), for poll().
  int descriptor() const { return event_; }

 private:
  void work(std::size_t worker);
  void note(const std::function<void()>& change);
  std::deque<SourceFile>::iterator next_file();

  const AddSettings& settings_;
  const IndexingModels& models_;
  IndexWriter& writer_;
  const InterruptWatch& interrupt_;
  int event_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<SourceFile> queue_;
  std::set<std::string> waiting_;                 // paths in the queue
  std::map<std::size_t, VideoPosition> current_;  // by worker
  RunEvents events_;
  bool news_ = false, over_ = false;
  std::exception_ptr failure_;
  std::vector<std::thread> workers_;
};

}  // namespace blip
