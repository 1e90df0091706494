#include "pipelines/serve/media_type.h"

#include <algorithm>
#include <utility>

namespace blip {
namespace {

constexpr const char* kUnknown = "application/octet-stream";

std::string ending_of(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos || path.find('/', dot) != std::string_view::npos) return {};
  std::string ending(path.substr(dot + 1));
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return ending;
}

template <std::size_t N>
std::string look_up(const std::pair<const char*, const char*> (&table)[N], const std::string& ending) {
  for (const auto& [name, type] : table)
    if (ending == name) return type;
  return kUnknown;
}

constexpr std::pair<const char*, const char*> kVideos[] = {
    {"mp4", "video/mp4"},   {"m4v", "video/mp4"},       {"mov", "video/quicktime"}, {"mkv", "video/x-matroska"},
    {"webm", "video/webm"}, {"avi", "video/x-msvideo"}, {"mpg", "video/mpeg"},      {"mpeg", "video/mpeg"},
    {"ts", "video/mp2t"},   {"m2ts", "video/mp2t"},     {"mts", "video/mp2t"},      {"ogv", "video/ogg"},
    {"ogg", "video/ogg"},   {"flv", "video/x-flv"},     {"wmv", "video/x-ms-wmv"},  {"3gp", "video/3gpp"},
    {"jpg", "image/jpeg"},  {"jpeg", "image/jpeg"},     {"png", "image/png"}};

constexpr std::pair<const char*, const char*> kPages[] = {{"html", "text/html; charset=utf-8"},
                                                          {"css", "text/css; charset=utf-8"},
                                                          {"js", "text/javascript; charset=utf-8"},
                                                          {"svg", "image/svg+xml"},
                                                          {"png", "image/png"},
                                                          {"jpg", "image/jpeg"},
                                                          {"ico", "image/x-icon"},
                                                          {"json", "application/json"},
                                                          {"webmanifest", "application/manifest+json"},
                                                          {"woff2", "font/woff2"},
                                                          {"yaml", "application/yaml"}};

bool has(std::string_view bytes, std::size_t at, std::string_view mark) {
  return bytes.size() >= at + mark.size() && bytes.substr(at, mark.size()) == mark;
}

}  // namespace

std::string video_media_type(std::string_view bytes, std::string_view path) {
  const std::string by_name = look_up(kVideos, ending_of(path));
  if (has(bytes, 4, "ftyp")) return has(bytes, 8, "qt  ") ? "video/quicktime" : "video/mp4";
  // WebM is Matroska with less in it: the name tells them apart.
  if (has(bytes, 0, "\x1a\x45\xdf\xa3")) return by_name == "video/webm" ? by_name : "video/x-matroska";
  if (has(bytes, 0, "RIFF") && has(bytes, 8, "AVI ")) return "video/x-msvideo";
  if (has(bytes, 0, "OggS")) return "video/ogg";
  if (has(bytes, 0, "FLV")) return "video/x-flv";
  if (has(bytes, 0, "\xff\xd8\xff")) return "image/jpeg";
  if (has(bytes, 0, "\x89PNG")) return "image/png";
  return by_name;
}

std::string page_media_type(std::string_view name) {
  return look_up(kPages, ending_of(name));
}

}  // namespace blip
