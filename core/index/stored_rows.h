#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/index/index_types.h"
#include "core/index/sqlite_database.h"

namespace blip {

// How numbers lie in the index: half precision, little-endian, one after the other.
std::vector<std::uint16_t> halves_of(std::span<const std::byte> bytes);  // an odd last byte is left out

std::optional<std::string> read_thumbnail(SqliteDatabase& database, SegmentId segment);
// Throws Error(kInvalidData) when there are not tokens * width numbers.
std::optional<StoredFeatures> read_features(SqliteDatabase& database, SegmentId segment);

}  // namespace blip
