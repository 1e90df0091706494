#pragma once

#include <filesystem>

#include "core/checkpoint/byte_view.h"

namespace blip {

// Maps a regular file read-only; the mapping lives as long as the view's owner. The file must not be shortened
// meanwhile. Throws Error that names the path: kNotFound where there is none, kInvalidData for a directory, a device or
// an empty file, kFailed for the rest.
ByteView map_file(const std::filesystem::path& path);

// Takes the pages of a mapped file out of this process's memory; they come back when they are looked at. Owners of
// other bytes are left alone.
void drop_pages(const std::shared_ptr<const void>& owner) noexcept;

}  // namespace blip
