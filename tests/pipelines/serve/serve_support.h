#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/index/index_writer.h"
#include "pipelines/serve/api_context.h"
#include "tests/core/index/index_support.h"
#include "tests/pipelines/serve/http_support.h"
#include "tests/support/temp_dir.h"

namespace blip::test {

class FakeSearch : public SearchService {
 public:
  SearchResult search(const SearchRequest& request) override {
    const std::lock_guard lock(mutex_);
    last = request;
    ++count;
    if (fail) throw *fail;
    return result;
  }
  SearchRequest last;
  SearchResult result;
  std::optional<Error> fail;
  int count = 0;

 private:
  std::mutex mutex_;
};

class FakeQuestions : public QuestionService {
 public:
  std::string missing() const override { return why_missing; }
  bool converses() const override { return holds_conversations; }
  ClipAnswer ask(const ClipQuestion& question) override {
    last = question;
    return {"two", 0.75, {1.5, 2.5}};
  }
  std::string why_missing;
  bool holds_conversations = true;
  ClipQuestion last;
};

class FakeStreams : public StreamService {
 public:
  std::vector<WatchedStream> streams() override { return known; }
  std::int64_t add_stream(const std::string& source) override {
    known.push_back({static_cast<std::int64_t>(known.size()) + 1, source, "running", "", 3, 1, 0, 0.25, 12.5, "a dog"});
    return known.back().id;
  }
  bool remove_stream(std::int64_t id) override {
    return std::erase_if(known, [id](const WatchedStream& stream) { return stream.id == id; }) > 0;
  }
  std::optional<std::string> picture(std::int64_t id) override {
    return id == 1 ? std::optional<std::string>("\xff\xd8 a picture") : std::nullopt;
  }
  void check_query(const StandingQuery& query) override {
    if (query.webhook == "http://elsewhere/") throw Error(ErrorKind::kInvalidArgument, "not this host");
  }
  void follow_queries() override { ++followed; }
  std::optional<std::string> alert_file(const std::string& name) override {
    return name == "alert.mp4" ? std::optional(file) : std::nullopt;
  }
  std::vector<WatchedStream> known;
  std::string file;
  int followed = 0;
};

// The whole interface over a small real index, without a model: video 1 is a file of 100,000 bytes with three
// segments, video 2's file is gone, video 3 is a live stream.
class ServedIndex {
 public:
  explicit ServedIndex(const std::string& read_token = "", const std::string& admin_token = "", HttpLimits limits = {})
      : access(read_token, admin_token) {
    media = path("talk.mp4");
    for (std::size_t i = 0; i < 100'000; ++i) content += static_cast<char>((i * 31 + i / 251) & 0xff);
    write_file(media, content);
    IndexWriter writer(path("index.db"));
    writer.set_models(models_named("shapes"));
    add_video(writer, media, "hash-1", 3);
    add_video(writer, path("gone.mp4"), "hash-2", 2, "a <blue> square & more");
    add_video(writer, "rtsp://camera/1", "hash-3", 1);
    index.emplace(path("index.db"));
    context.reset(
        new ApiContext{*index, search, questions, streams, page, access, events, metrics, "1.2.3", "127.0.0.1"});
    context->heartbeat = std::chrono::milliseconds(20);
    routes = api_routes(*context);
    server.emplace(
        limits, [this](HttpCall& call) { answer_call(routes, *context, call); },
        [this](const std::string& route, const std::string& method, int status, double seconds) {
          metrics.observe(route, method, status, seconds);
        },
        security_headers());
  }
  ~ServedIndex() { events.close(); }

  std::string path(const std::string& name) const { return (folder / name).string(); }
  static void write_file(const std::string& path, const std::string& content) {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    if (file == nullptr || std::fwrite(content.data(), 1, content.size(), file) != content.size())
      throw std::runtime_error("cannot write " + path);
    std::fclose(file);
  }
  int port() const { return server->port(); }
  Answer get(const std::string& target, std::map<std::string, std::string> headers = {}) const {
    return ask(port(), {"GET", target, std::move(headers), ""});
  }
  Answer post(const std::string& target, const nlohmann::json& body,
              std::map<std::string, std::string> headers = {}) const {
    headers.emplace("Content-Type", "application/json");
    return ask(port(), {"POST", target, std::move(headers), body.dump()});
  }
  Answer remove(const std::string& target) const { return ask(port(), {"DELETE", target, {}, ""}); }

  TempDir folder;
  std::string media, content;
  std::optional<IndexAccess> index;
  FakeSearch search;
  FakeQuestions questions;
  FakeStreams streams;
  PageFiles page;
  AccessControl access;
  EventHub events{2, 4};
  ServeMetrics metrics;
  std::unique_ptr<ApiContext> context;
  RouteTable routes;
  std::optional<RunningServer> server;
};

}  // namespace blip::test
