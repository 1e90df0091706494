#include "pipelines/serve/serve_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <fstream>

namespace blip {
namespace {

constexpr const char* kRefused = "refused";  // before a route was looked for

double resident_bytes() {
  std::ifstream in("/proc/self/statm");
  std::uint64_t all = 0, resident = 0;
  in >> all >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

double started() {
  static const double kStarted =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  return kStarted;
}
const double kStartedWithTheProgram = started();

void write_one(PrometheusText& out, const std::string& name, const char* type, const char* help, double value) {
  out.metric(name, type, help);
  out.sample({}, value);
}

void write_index(PrometheusText& out, const IndexStatus& index) {
  out.metric("gst_blip_index_videos", "gauge", "Videos in the index by state.");
  out.sample({{"state", "waiting"}}, static_cast<double>(index.waiting));
  out.sample({{"state", "indexing"}}, static_cast<double>(index.indexing));
  out.sample({{"state", "done"}}, static_cast<double>(index.done));
  out.sample({{"state", "failed"}}, static_cast<double>(index.failed));
  const auto gauge = [&](const char* name, const char* help, double value) {
    write_one(out, name, "gauge", help, value);
  };
  gauge("gst_blip_index_segments", "Segments that can be found.", static_cast<double>(index.segments));
  gauge("gst_blip_index_captions", "Segments with a caption.", static_cast<double>(index.captions));
  gauge("gst_blip_index_video_seconds", "Length of the videos that are done.",
        static_cast<double>(index.duration) / 1e9);
  gauge("gst_blip_index_bytes", "Size of the index file with its log.", static_cast<double>(index.bytes));
}

void write_streams(PrometheusText& out, const std::vector<WatchedStream>& streams) {
  std::map<std::string, double> states;
  for (const WatchedStream& stream : streams) ++states[stream.state];
  out.metric("gst_blip_streams", "gauge", "Live streams by state.");
  for (const auto& [state, count] : states) out.sample({{"state", state}}, count);
  if (states.empty()) out.sample({{"state", "running"}}, 0);
  const auto each = [&](const char* name, const char* type, const char* help, const auto& value) {
    out.metric(name, type, help);
    for (const WatchedStream& stream : streams)
      if (const std::optional<double> known = value(stream))
        out.sample({{"stream", std::to_string(stream.id)}, {"source", stream.source}}, *known);
  };
  using Value = std::optional<double>;
  each("gst_blip_stream_caption_lag_seconds", "gauge", "From a picture's arrival to its caption.",
       [](const WatchedStream& s) { return s.latency; });
  each("gst_blip_stream_captions_total", "counter", "Captions of a stream.",
       [](const WatchedStream& s) { return Value(static_cast<double>(s.captions)); });
  each("gst_blip_stream_alerts_total", "counter", "Alerts of a stream.",
       [](const WatchedStream& s) { return Value(static_cast<double>(s.alerts)); });
  each("gst_blip_stream_reconnects_total", "counter", "How often a stream was connected anew.",
       [](const WatchedStream& s) { return Value(static_cast<double>(s.reconnects)); });
}

}  // namespace

void ServeMetrics::observe(const std::string& route, const std::string& method, int status, double seconds) {
  const std::lock_guard lock(mutex_);
  ++requests_[{route.empty() ? kRefused : route, method, status}];
  if (!route.empty()) durations_[route].add(seconds);
}

void ServeMetrics::searched(const SearchResult& result) {
  const std::lock_guard lock(mutex_);
  const auto add = [this](const char* part, double milliseconds) {
    search_parts_[part].sum += milliseconds / 1e3;
    ++search_parts_[part].count;
  };
  add("text", result.times.text);
  add("scan", result.times.scan);
  add("words", result.times.words);
  add("features", result.times.features);
  add("match", result.times.match);
  add("rows", result.times.rows);
  add("total", result.times.total);
  judged_ += static_cast<std::uint64_t>(result.judged);
  looked_at_ += static_cast<std::uint64_t>(result.looked_at);
}

std::string ServeMetrics::text(const Now& now) const {
  PrometheusText out;
  {
    const std::lock_guard lock(mutex_);
    write_requests(out);
    write_searches(out);
  }
  write_index(out, now.index);
  write_streams(out, now.streams);
  write_one(out, "gst_blip_event_clients", "gauge", "Clients that listen to events.",
            static_cast<double>(now.event_clients));
  write_one(out, "gst_blip_event_clients_dropped_total", "counter", "Clients dropped because they did not keep up.",
            static_cast<double>(now.dropped_clients));
  write_one(out, "process_resident_memory_bytes", "gauge", "Resident memory.", resident_bytes());
  write_one(out, "process_cpu_seconds_total", "counter", "User and system CPU time.", cpu_seconds());
  write_one(out, "process_start_time_seconds", "gauge", "When the process started, seconds since 1970.",
            kStartedWithTheProgram);
  return out.text();
}

void ServeMetrics::write_requests(PrometheusText& out) const {
  out.metric("gst_blip_http_requests_total", "counter", "Requests by route, method and status.");
  for (const auto& [key, count] : requests_) {
    const auto& [route, method, status] = key;
    out.sample({{"route", route}, {"method", method}, {"status", std::to_string(status)}}, static_cast<double>(count));
  }
  out.metric("gst_blip_http_request_duration_seconds", "histogram", "Time until an answer was ready to be sent.");
  for (const auto& [route, histogram] : durations_) histogram.write(out, {{"route", route}});
}

void ServeMetrics::write_searches(PrometheusText& out) const {
  out.metric("gst_blip_search_seconds", "summary", "Time of searches by their parts.");
  for (const auto& [part, time] : search_parts_) {
    out.sample({{"part", part}}, time.sum, "_sum");
    out.sample({{"part", part}}, static_cast<double>(time.count), "_count");
  }
  write_one(out, "gst_blip_search_judged_total", "counter", "Candidates that ITM judged.",
            static_cast<double>(judged_));
  write_one(out, "gst_blip_search_compared_total", "counter", "Embeddings that searches compared.",
            static_cast<double>(looked_at_));
}

}  // namespace blip
