#include "plugins/queries/query_source.h"

#include <iterator>
#include <system_error>
#include <utility>

namespace blip {
namespace {

std::optional<std::filesystem::file_time_type> written(const std::string& path) {
  if (path.empty()) return std::nullopt;
  std::error_code error;
  const auto time = std::filesystem::last_write_time(path, error);
  return error ? std::nullopt : std::optional(time);
}

Outcome<std::vector<Query>> gather(const QuerySettings& settings) {
  std::vector<Query> all = parse_queries(settings.queries);
  using Reader = Outcome<std::vector<Query>> (*)(const std::string&);
  for (const auto& [path, read] : {std::pair<std::string, Reader>{settings.queries_file, read_queries},
                                   std::pair<std::string, Reader>{settings.embeddings_file, read_embedded_queries}}) {
    if (path.empty()) continue;
    auto some = read(path);
    if (!some.ok()) return some;
    std::move(some.value().begin(), some.value().end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace

std::optional<Failure> QuerySource::refresh(const QuerySettings& settings) {
  State now{settings, written(settings.queries_file), written(settings.embeddings_file)};
  if (now == seen_) return std::nullopt;
  seen_ = std::move(now);
  auto gathered = gather(settings);
  if (!gathered.ok()) return gathered.failure();
  if (gathered.value() == queries_) return std::nullopt;
  queries_ = std::move(gathered.value());
  ++version_;
  return std::nullopt;
}

}  // namespace blip
