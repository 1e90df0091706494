#pragma once

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>

#include "pipelines/serve/http/http_call.h"

namespace blip {

// A file that is open for reading and was a regular one when it was opened. What is read is that file, whatever is put
// in its place meanwhile.
class MediaFile {
 public:
  // Throws HttpRefusal: 404 when there is no regular file, 403 when it may not be read.
  explicit MediaFile(const std::filesystem::path& path);
  ~MediaFile();
  MediaFile(const MediaFile&) = delete;
  MediaFile& operator=(const MediaFile&) = delete;

  std::uint64_t size() const noexcept { return size_; }
  const std::string& entity_tag() const noexcept { return entity_tag_; }  // in quotes; of size and time
  std::time_t modified() const noexcept { return modified_; }
  // At most `size` bytes from `offset` on; fewer at the end. Throws Error(kFailed).
  std::string read(std::uint64_t offset, std::size_t size) const;

 private:
  int file_;
  std::uint64_t size_ = 0;
  std::string entity_tag_;
  std::time_t modified_ = 0;
};

// Answers with the file or the part of it that is asked for: Range with If-Range, If-None-Match, If-Modified-Since.
// `pass` is kept until all of it is sent.
void answer_with_file(HttpCall& call, const std::filesystem::path& path, std::shared_ptr<void> pass);

// Whether an If-None-Match header names this entity tag ("*" names all).
bool names_entity(const std::string& header, const std::string& entity_tag);

}  // namespace blip
