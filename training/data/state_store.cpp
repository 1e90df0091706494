#include "training/data/state_store.h"

#include <cstring>
#include <nlohmann/json.hpp>
#include <system_error>

#include "core/base/error.h"
#include "core/checkpoint/crc32.h"
#include "core/checkpoint/mapped_file.h"

namespace blip {
namespace {

constexpr std::size_t kHeader = 4096;  // bytes of JSON, filled up with blanks; the checksum of all else ends the file
constexpr int kFormat = 1;

std::string header_text(const std::string& key, std::int64_t pictures, StateSize size) {
  std::string text =
      nlohmann::json{
          {"format", kFormat}, {"key", key}, {"pictures", pictures}, {"tokens", size.tokens}, {"width", size.width}}
          .dump();
  if (text.size() >= kHeader) throw Error(ErrorKind::kInvalidArgument, "states with a key of too many letters");
  text.resize(kHeader, ' ');
  return text;
}

}  // namespace

std::shared_ptr<const StateStore> StateStore::open(const std::filesystem::path& path, const std::string& key,
                                                   std::string& why) {
  why.clear();
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return nullptr;
  const auto refuse = [&](const std::string& reason) {
    why = "'" + path.string() + "' " + reason;
    return nullptr;
  };
  try {
    const ByteView bytes = map_file(path);
    if (bytes.size < kHeader + sizeof(std::uint32_t)) return refuse("is cut short");
    const auto* begin = reinterpret_cast<const char*>(bytes.data);
    const auto header = nlohmann::json::parse(begin, begin + kHeader);
    if (header.at("format") != kFormat) return refuse("is of another format");
    if (header.at("key") != key) return refuse("holds the states of other pictures or of another image encoder");
    std::shared_ptr<StateStore> store(new StateStore);
    store->pictures_ = header.at("pictures");
    store->size_ = {header.at("tokens"), header.at("width")};
    const std::size_t data = bytes.size - kHeader - sizeof(std::uint32_t);
    constexpr std::int64_t kMost = 1 << 24;
    for (const std::int64_t value : {store->pictures_, store->size_.tokens, store->size_.width})
      if (value < 1 || value > kMost) return refuse("is damaged: its sizes make no sense");
    const auto one = static_cast<std::size_t>(store->size_.numbers()) * sizeof(std::uint16_t);
    if (data % one != 0 || data / one != static_cast<std::size_t>(store->pictures_)) return refuse("is cut short");
    std::uint32_t expected = 0;
    std::memcpy(&expected, bytes.data + kHeader + data, sizeof expected);
    if (crc32(bytes.data + kHeader, data) != expected) return refuse("is damaged: its checksum does not fit");
    store->owner_ = bytes.owner;
    store->numbers_ = reinterpret_cast<const std::uint16_t*>(bytes.data + kHeader);
    return store;
  } catch (const nlohmann::json::exception&) {
    return refuse("is damaged: it has no header");
  } catch (const Error& error) {
    why = error.what();
    return nullptr;
  }
}

std::span<const std::uint16_t> StateStore::states(std::int64_t picture) const {
  const auto count = static_cast<std::size_t>(size_.numbers());
  return {numbers_ + static_cast<std::size_t>(picture) * count, count};
}

StateStoreWriter::StateStoreWriter(const std::filesystem::path& path, const std::string& key, std::int64_t pictures,
                                   StateSize size)
    : file_(path), left_(pictures * size.numbers()) {
  file_.write(header_text(key, pictures, size));
}

void StateStoreWriter::add(std::span<const std::uint16_t> states) {
  left_ -= static_cast<std::int64_t>(states.size());
  if (left_ < 0) throw Error(ErrorKind::kInvalidArgument, "more states than pictures");
  crc_ = crc32(states.data(), states.size_bytes(), crc_);
  file_.write({reinterpret_cast<const char*>(states.data()), states.size_bytes()});
}

void StateStoreWriter::finish() {
  if (left_ != 0) throw Error(ErrorKind::kInvalidArgument, "states of too few pictures");
  file_.write({reinterpret_cast<const char*>(&crc_), sizeof crc_});
  file_.finish();
}

}  // namespace blip
