#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/index/standing_queries.h"
#include "core/tasks/task_types.h"
#include "pipelines/searching/search_request.h"

// What the routes ask others to do. Behind each stands a model, and in tests none. Safe from any thread; all throw
// Error.
namespace blip {

class SearchService {
 public:
  virtual ~SearchService() = default;
  virtual SearchResult search(const SearchRequest& request) = 0;
};

struct ClipQuestion {
  std::string path;  // of the video
  std::string question;
  double start = 0, end = 0;           // seconds; of the whole clip when start = end
  std::vector<ChatTurn> history = {};  // of the conversation; only where the service converses
};

struct ClipAnswer {
  std::string answer;
  double confidence = 0;       // in [0, 1]
  std::vector<double> frames;  // seconds of those that were looked at
};

class QuestionService {
 public:
  virtual ~QuestionService() = default;
  // Why there is no model that answers; empty: there is one.
  virtual std::string missing() const = 0;
  // Whether questions may have a history.
  virtual bool converses() const = 0;
  virtual ClipAnswer ask(const ClipQuestion& question) = 0;
};

struct WatchedStream {
  std::int64_t id = 0;
  std::string source;  // without a password
  std::string state;   // "connecting", "running", "reconnecting", "ended", "failed"
  std::string error;
  std::uint64_t captions = 0, alerts = 0, reconnects = 0;
  std::optional<double> latency;  // seconds
  double position = 0;            // seconds
  std::string caption;            // that stands now
};

class StreamService {
 public:
  virtual ~StreamService() = default;
  virtual std::vector<WatchedStream> streams() = 0;
  virtual std::int64_t add_stream(const std::string& source) = 0;
  virtual bool remove_stream(std::int64_t id) = 0;                  // false: there is none
  virtual std::optional<std::string> picture(std::int64_t id) = 0;  // JPEG; none yet, or no such stream

  // Throws Error(kInvalidArgument) for a query that cannot be watched for, or a webhook that is not allowed.
  virtual void check_query(const StandingQuery& query) = 0;
  // The index's standing queries have changed.
  virtual void follow_queries() = 0;
  // Where a clip or thumbnail that an alert told of lies, by its name ("alert-3.mp4"); nothing for another name.
  virtual std::optional<std::string> alert_file(const std::string& name) = 0;
};

}  // namespace blip
