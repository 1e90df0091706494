#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "pipelines/options/model_settings.h"
#include "pipelines/serve/alert_publisher.h"
#include "pipelines/serve/http/event_hub.h"
#include "pipelines/serve/index_access.h"
#include "pipelines/serve/services.h"
#include "pipelines/serve/standing_watch.h"

namespace blip {

class LiveSession;

// The streams that a server watches, at most 16: captioned, and held against the index's standing queries, as are new
// segments of the index. What is found is published as events.
class LiveStreams : public StreamService {
 public:
  // model.model empty: the shipped ones. `warn` gets a line.
  LiveStreams(IndexAccess& index, EventHub& hub, AlertPublisher& publisher, ModelSettings model,
              std::function<void(const std::string&)> warn);
  ~LiveStreams() override;  // ends the sessions

  std::vector<WatchedStream> streams() override;
  std::int64_t add_stream(const std::string& source) override;
  bool remove_stream(std::int64_t id) override;
  std::optional<std::string> picture(std::int64_t id) override;
  void check_query(const StandingQuery& query) override { publisher_.check(query); }
  void follow_queries() override;
  std::optional<std::string> alert_file(const std::string& name) override { return publisher_.file(name); }

 private:
  std::vector<WatchQuery> queries() const;
  std::shared_ptr<LiveSession> find(std::int64_t id);

  IndexAccess& index_;
  EventHub& hub_;
  AlertPublisher& publisher_;
  const ModelSettings model_;
  const std::function<void(const std::string&)> warn_;
  std::mutex mutex_;
  std::map<std::int64_t, std::shared_ptr<LiveSession>> sessions_;
  std::int64_t last_id_ = 0;
  StandingWatch standing_;
};

// Throws Error(kInvalidArgument) unless it is a URL of a stream: files of this machine are not for those who ask from
// elsewhere.
void check_stream_url(const std::string& source);

}  // namespace blip
