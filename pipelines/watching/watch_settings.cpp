#include "pipelines/watching/watch_settings.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/base/error.h"
#include "core/index/standing_queries.h"
#include "pipelines/media_input/url_source.h"
#include "pipelines/terminal/usage_error.h"
#include "pipelines/watching/webhook_address.h"

namespace blip {
namespace {

std::vector<WatchQuery> standing_queries(const std::filesystem::path& index, const std::optional<double>& threshold) {
  std::vector<WatchQuery> queries;
  if (!std::filesystem::exists(index)) return queries;
  for (const StandingQuery& standing : StandingQueries(index).list()) {
    WatchQuery query = make_watch_query(standing.text);
    query.threshold = threshold.value_or(standing.threshold);
    query.webhook = standing.webhook;
    query.id = standing.id;
    const auto same = [&](const WatchQuery& other) { return other.text == query.text; };
    if (std::none_of(queries.begin(), queries.end(), same)) queries.push_back(std::move(query));
  }
  return queries;
}

}  // namespace

std::vector<WatchQuery> WatchSettings::queries() const {
  std::vector<WatchQuery> queries;
  for (const std::string& text : texts) queries.push_back(make_watch_query(text));
  if (!queries_file.empty()) {
    const auto more = read_watch_queries(queries_file);
    queries.insert(queries.end(), more.begin(), more.end());
  }
  if (queries.empty()) {
    queries = standing_queries(index_path(), threshold);
    if (queries.empty() && session.captions && !sources.empty()) return queries;
    if (queries.empty())
      throw UsageError("what should be watched for? Give -q \"a red car\", or --queries FILE; the index '" +
                       index_path().string() + "' has no standing queries");
  }
  check_watch_queries(queries);
  return queries;
}

void WatchSettings::validate() const {
  if (sources.empty() && session.captions)
    throw UsageError("--captions needs a source; captions of the index are made by gst-blip index add");
  if (!sources.empty() && once) throw UsageError("--once is for watching the index; leave the sources away");
  std::set<std::string> known;
  for (const std::string& source : sources) {
    if (!known.insert(source).second) throw UsageError("'" + shown_url(source) + "' is named twice");
    try {
      check_source(source);
    } catch (const Error& e) {
      throw Error(e.kind(), shown_url(source) + ": " + e.what());
    }
  }
  if (!webhook.empty()) parse_webhook(webhook);
  for (const WatchQuery& query : queries())
    if (!query.webhook.empty()) parse_webhook(query.webhook);
}

}  // namespace blip
