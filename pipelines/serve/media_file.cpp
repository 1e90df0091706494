#include "pipelines/serve/media_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "core/base/error.h"
#include "pipelines/serve/http/byte_range.h"
#include "pipelines/serve/http/http_date.h"
#include "pipelines/serve/media_type.h"

namespace blip {
namespace {

constexpr std::size_t kPiece = 262144;  // bytes read and sent at a time

std::string tag_of(const struct stat& state) {
  char text[64];
  std::snprintf(text, sizeof text, "\"%llx-%llx%09lx\"", static_cast<unsigned long long>(state.st_size),
                static_cast<unsigned long long>(state.st_mtim.tv_sec),
                static_cast<unsigned long>(state.st_mtim.tv_nsec));
  return text;
}

bool is_unchanged(const HttpCall& call, const MediaFile& file) {
  const std::string tags = call.header("if-none-match");
  if (!tags.empty()) return names_entity(tags, file.entity_tag());
  const auto since = parse_http_date(call.header("if-modified-since"));
  return since && file.modified() <= *since;
}

// A part is only of use together with what the client has if the file is still that one.
bool range_counts(const HttpCall& call, const MediaFile& file) {
  const std::string condition = call.header("if-range");
  if (condition.empty()) return true;
  if (condition.front() == '"') return condition == file.entity_tag();
  const auto date = parse_http_date(condition);
  return date && *date == file.modified();
}

void send(HttpCall& call, const std::shared_ptr<MediaFile>& file, const ByteRange& range, const std::string& type,
          std::shared_ptr<void> pass) {
  if (range.length == 0) {
    call.response.set_header("Content-Type", type);
    return;
  }
  call.answer_at_length();
  call.response.set_content_provider(
      range.length, type,
      [file, range, pass = std::move(pass)](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
        try {  // httplib catches nothing here
          const std::string piece = file->read(range.first + offset, std::min(length, kPiece));
          return !piece.empty() && sink.write(piece.data(), piece.size());
        } catch (const Error&) {
          return false;
        }
      });
}

}  // namespace

MediaFile::MediaFile(const std::filesystem::path& path)
    : file_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {
  if (file_ < 0 && (errno == EACCES || errno == EPERM)) throw HttpRefusal(403, "the server may not read this file");
  struct stat state {};
  if (file_ < 0 || fstat(file_, &state) != 0 || !S_ISREG(state.st_mode)) {
    if (file_ >= 0) close(file_);
    throw HttpRefusal(404, "the file is no longer where it was when it was indexed");
  }
  size_ = static_cast<std::uint64_t>(state.st_size);
  modified_ = state.st_mtim.tv_sec;
  entity_tag_ = tag_of(state);
}

MediaFile::~MediaFile() {
  close(file_);
}

std::string MediaFile::read(std::uint64_t offset, std::size_t size) const {
  std::string bytes(size, '\0');
  for (;;) {
    const ssize_t got = pread(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw Error(ErrorKind::kFailed, std::string("cannot read the file: ") + std::strerror(errno));
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
  }
}

bool names_entity(const std::string& header, const std::string& entity_tag) {
  if (header == "*") return true;
  for (std::size_t at = header.find(entity_tag); at != std::string::npos; at = header.find(entity_tag, at + 1)) {
    const std::size_t end = at + entity_tag.size();
    if (end == header.size() || header[end] == ',' || header[end] == ' ') return true;
  }
  return false;
}

void answer_with_file(HttpCall& call, const std::filesystem::path& path, std::shared_ptr<void> pass) {
  const auto file = std::make_shared<MediaFile>(path);
  httplib::Response& response = call.response;
  response.set_header("ETag", file->entity_tag());
  response.set_header("Last-Modified", http_date(file->modified()));
  response.set_header("Accept-Ranges", "bytes");
  response.set_header("Cache-Control", "private, no-cache");
  if (is_unchanged(call, *file)) {
    response.status = 304;
    return;
  }
  const std::string range_header = call.header("range");
  const bool counts = !range_header.empty() && call.request.method == "GET" && range_counts(call, *file);
  const ByteRange range = parse_range(counts ? range_header : "", file->size());
  const std::string whole = std::to_string(file->size());
  if (range.kind == ByteRange::Kind::kUnsatisfiable) {
    response.set_header("Content-Range", "bytes */" + whole);
    throw HttpRefusal(416, "the file has " + whole + " bytes; this range is not of them");
  }
  if (range.kind == ByteRange::Kind::kPart)
    response.set_header("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                             std::to_string(range.first + range.length - 1) + "/" + whole);
  response.status = range.kind == ByteRange::Kind::kPart ? 206 : 200;
  send(call, file, range, video_media_type(file->read(0, 16), path.string()), std::move(pass));
}

}  // namespace blip
