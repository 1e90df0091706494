#include "training/trainer/event_file.h"

#include <unistd.h>

#include <array>
#include <bit>
#include <chrono>
#include <system_error>

#include "core/base/error.h"
#include "training/trainer/crc32c.h"

namespace blip {
namespace {

double wall_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0' ? name.data() : "localhost";
}

template <class Integer>
std::string little_endian(Integer value) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof value; ++i) bytes += static_cast<char>(value >> (8 * i));
  return bytes;
}

// The wire format of protocol buffers: a key (field number and wire type), then the value.
enum WireType { kVarint = 0, kFixed64 = 1, kLength = 2, kFixed32 = 5 };

std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}

std::string key(int field, WireType type) {
  return varint(static_cast<std::uint64_t>(field) << 3 | type);
}

std::string integer_field(int field, std::int64_t value) {
  return key(field, kVarint) + varint(static_cast<std::uint64_t>(value));
}

std::string bytes_field(int field, const std::string& bytes) {
  return key(field, kLength) + varint(bytes.size()) + bytes;
}

std::string double_field(int field, double value) {
  return key(field, kFixed64) + little_endian(std::bit_cast<std::uint64_t>(value));
}

std::string float_field(int field, float value) {
  return key(field, kFixed32) + little_endian(std::bit_cast<std::uint32_t>(value));
}

// tensorflow.Event: wall_time = 1, step = 2, file_version = 3, summary = 5, session_log = 7.
std::string event(std::int64_t step, const std::string& content) {
  return double_field(1, wall_time()) + integer_field(2, step) + content;
}

}  // namespace

EventFile::EventFile(const std::filesystem::path& folder, std::int64_t first_step) {
  const std::string name = "events.out.tfevents." + std::to_string(static_cast<std::int64_t>(wall_time())) + "." +
                           host_name() + "." + std::to_string(::getpid());
  std::error_code ignored;
  path_ = folder / name;
  for (int i = 1; std::filesystem::exists(path_, ignored); ++i) path_ = folder / (name + "." + std::to_string(i));
  out_.open(path_, std::ios::binary);
  write(event(0, bytes_field(3, "brain.Event:2")));
  constexpr int kStart = 1;  // SessionLog.status = 1
  if (first_step > 0) write(event(first_step, bytes_field(7, integer_field(1, kStart))));
}

void EventFile::add(std::int64_t step, const MetricValues& values) {
  std::string summary;  // repeated Value value = 1 { tag = 1, simple_value = 2 }
  for (const auto& [name, value] : values)
    summary += bytes_field(1, bytes_field(1, name) + float_field(2, static_cast<float>(value)));
  write(event(step, bytes_field(5, summary)));
}

void EventFile::write(const std::string& bytes) {
  const std::string length = little_endian(static_cast<std::uint64_t>(bytes.size()));
  out_ << length << little_endian(masked_crc32c(length)) << bytes << little_endian(masked_crc32c(bytes)) << std::flush;
  if (!out_) throw Error(ErrorKind::kFailed, "cannot write '" + path_.string() + "'; is the disk full?");
}

}  // namespace blip
