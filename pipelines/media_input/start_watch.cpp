#include "pipelines/media_input/start_watch.h"

#include <utility>

#include "core/base/error.h"
#include "core/media/video_reader.h"

namespace blip {
namespace {

constexpr std::chrono::seconds kSuspicious{2}, kHopeless{60};

}  // namespace

std::string without_file_name(std::string message, const std::string& file) {
  const std::string named = "'" + file + "'";
  const auto at = message.find(named);
  if (at == std::string::npos) return message;
  std::size_t end = at + named.size();
  while (end < message.size() && (message[end] == ' ' || message[end] == ':')) ++end;
  return message.erase(at, end - at);
}

void StartWatch::look(std::int64_t position, Clock::time_point now) {
  if (position > 0 || now - begin_ <= kSuspicious) return;
  if (!std::exchange(probed_, true)) {
    try {
      VideoReader::open(file_);
    } catch (const Error& e) {
      const std::string reason = without_file_name(e.what(), file_);
      if (e.kind() != ErrorKind::kInvalidData) throw Error(e.kind(), reason);
      throw Error(e.kind(), "the file is damaged or cut short (" + reason + "); copy or download it again");
    }
  }
  if (now - begin_ > kHopeless)
    throw Error(ErrorKind::kInvalidData, "no frame could be decoded in a minute; does it play elsewhere?");
}

}  // namespace blip
