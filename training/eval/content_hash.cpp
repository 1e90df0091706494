#include "training/eval/content_hash.h"

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <vector>

#include "core/base/error.h"
#include "core/engine/pixel_hash.h"

namespace blip {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20;

}  // namespace

std::string content_hash(std::string_view bytes) {
  // The length is part of what is hashed: the last word is filled up.
  const std::uint64_t length = bytes.size();
  std::vector<float> words((bytes.size() + 3) / 4 + 2);
  std::memcpy(words.data(), &length, sizeof(length));
  if (!bytes.empty()) std::memcpy(words.data() + 2, bytes.data(), bytes.size());
  const PixelHash hash = hash_pixels(words);
  char text[33];
  std::snprintf(text, sizeof(text), "%016llx%016llx", static_cast<unsigned long long>(hash.first),
                static_cast<unsigned long long>(hash.second));
  return text;
}

std::string file_hash(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Error(ErrorKind::kNotFound, "cannot open '" + file.string() + "'");
  std::string pieces, piece(kPiece, '\0');
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    if (in.gcount() == 0) break;
    pieces += content_hash(std::string_view(piece).substr(0, static_cast<std::size_t>(in.gcount())));
  }
  if (in.bad()) throw Error(ErrorKind::kFailed, "cannot read '" + file.string() + "'");
  return content_hash(pieces);
}

}  // namespace blip
