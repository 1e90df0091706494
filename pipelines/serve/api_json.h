#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "core/index/index_types.h"
#include "core/index/standing_queries.h"
#include "pipelines/searching/search_request.h"
#include "pipelines/serve/services.h"

// How the interface spells what it tells. Times are seconds.
namespace blip {

double seconds(std::int64_t nanoseconds);
// Bytes that are not UTF-8 become U+FFFD: file names may hold any.
std::string spelled(const nlohmann::json& json);

nlohmann::json status_json(const IndexStatus& status, const std::optional<IndexModels>& models);
// `picture`: the segment that stands for the video; 0 = none.
nlohmann::json video_json(const VideoRow& video, SegmentId picture);
nlohmann::json segment_json(const SegmentRow& segment);
nlohmann::json result_json(const SearchResult& result, bool explain);
nlohmann::json stream_json(const WatchedStream& stream);
nlohmann::json query_json(const StandingQuery& query);

// Whether a video's path is one, and no URL.
bool is_file_path(const std::string& path);

}  // namespace blip
