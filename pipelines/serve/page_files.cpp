#include "pipelines/serve/page_files.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "core/base/error.h"
#include "pipelines/serve/embedded_files.h"
#include "pipelines/serve/media_type.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDescription = "openapi.yaml";

// FNV-1a, 64 bits: tells versions of one file apart, nothing more.
std::string tag_of(std::string_view content) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : content) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  char text[24];
  std::snprintf(text, sizeof text, "\"%016llx\"", static_cast<unsigned long long>(hash));
  return text;
}

PageFile page_file(std::string name, std::string content) {
  const std::string tag = tag_of(content);
  const std::string type = page_media_type(name);
  return {std::move(name), std::move(content), tag, type};
}

const EmbeddedFile* embedded(std::string_view name) {
  const EmbeddedFile* end = kEmbeddedFiles + kEmbeddedFileCount;
  const EmbeddedFile* found =
      std::find_if(kEmbeddedFiles, end, [&](const EmbeddedFile& file) { return file.name == name; });
  return found == end ? nullptr : found;
}

}  // namespace

PageFiles::PageFiles() = default;

PageFiles::PageFiles(fs::path directory) : directory_(std::move(directory)) {
  std::error_code ignored;
  if (!fs::is_directory(*directory_, ignored))
    throw Error(ErrorKind::kNotFound, "the page's folder '" + directory_->string() + "' does not exist");
}

std::optional<PageFile> PageFiles::find(const std::string& name) const {
  if (!directory_) {
    const EmbeddedFile* file = embedded("web/" + name);
    return file != nullptr ? std::optional(page_file(name, std::string(file->content))) : std::nullopt;
  }
  for (const auto& entry : fs::recursive_directory_iterator(*directory_)) {
    if (!entry.is_regular_file() || entry.path().lexically_relative(*directory_).generic_string() != name) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    return page_file(name, std::string(std::istreambuf_iterator<char>(in), {}));
  }
  return std::nullopt;
}

std::string_view PageFiles::interface_description() {
  return embedded(kDescription)->content;
}

}  // namespace blip
