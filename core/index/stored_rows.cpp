#include "core/index/stored_rows.h"

#include <bit>
#include <cstring>

#include "core/base/error.h"

namespace blip {

static_assert(std::endian::native == std::endian::little, "the index is little-endian");

std::vector<std::uint16_t> halves_of(std::span<const std::byte> bytes) {
  std::vector<std::uint16_t> halves(bytes.size() / sizeof(std::uint16_t));
  if (!halves.empty()) std::memcpy(halves.data(), bytes.data(), halves.size() * sizeof(std::uint16_t));
  return halves;
}

std::optional<std::string> read_thumbnail(SqliteDatabase& database, SegmentId segment) {
  auto row = database.prepare("SELECT jpeg FROM thumbnails WHERE segment = ?1");
  if (!row.bind(segment).step()) return std::nullopt;
  const auto bytes = row.bytes(0);
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

std::optional<StoredFeatures> read_features(SqliteDatabase& database, SegmentId segment) {
  auto row = database.prepare("SELECT tokens, width, numbers FROM features WHERE segment = ?1");
  if (!row.bind(segment).step()) return std::nullopt;
  StoredFeatures features{row.integer(0), row.integer(1), {}};
  const auto bytes = row.bytes(2);
  features.values = halves_of(bytes);
  if (features.tokens < 0 || features.width < 0 ||
      static_cast<std::uint64_t>(bytes.size()) != 2 * static_cast<std::uint64_t>(features.tokens * features.width))
    throw Error(ErrorKind::kInvalidData,
                "index '" + database.file().string() + "': segment " + std::to_string(segment) + " has " +
                    std::to_string(bytes.size()) + " bytes of features for " + std::to_string(features.tokens) +
                    " tokens of " + std::to_string(features.width) + "; index its video again");
  return features;
}

}  // namespace blip
