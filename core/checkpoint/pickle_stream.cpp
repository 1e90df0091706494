#include "core/checkpoint/pickle_stream.h"

#include <algorithm>

#include "core/checkpoint/message.h"

namespace blip {

std::span<const std::uint8_t> PickleStream::take(std::uint64_t size) {
  if (size > bytes_.size() - position_) {
    throw invalid_data(source_, "broken pickle at byte " + std::to_string(position_) + ": " + std::to_string(size) +
                                    " bytes expected, " + std::to_string(bytes_.size() - position_) +
                                    " left; is the file truncated?");
  }
  const auto taken = bytes_.subspan(position_, size);
  position_ += size;
  return taken;
}

std::uint64_t PickleStream::unsigned_le(std::size_t size) {
  std::uint64_t value = 0;
  int shift = 0;
  for (const std::uint8_t byte : take(size)) {
    value |= std::uint64_t{byte} << shift;
    shift += 8;
  }
  return value;
}

std::uint64_t PickleStream::unsigned_be(std::size_t size) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : take(size)) value = value << 8 | byte;
  return value;
}

std::string_view PickleStream::text(std::uint64_t size) {
  const auto taken = take(size);
  return {reinterpret_cast<const char*>(taken.data()), taken.size()};
}

std::string_view PickleStream::line() {
  const auto rest = bytes_.subspan(position_);
  const auto newline = static_cast<std::size_t>(std::find(rest.begin(), rest.end(), '\n') - rest.begin());
  const std::string_view text = this->text(std::uint64_t{newline} + 1);
  return text.substr(0, newline);
}

}  // namespace blip
