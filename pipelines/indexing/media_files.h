#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipelines/indexing/add_settings.h"

namespace blip {

// A file to be indexed, or a URL.
struct SourceFile {
  std::string path;      // absolute, or the URL
  std::string shown;     // the same without a password: for messages, and in the index
  std::string relative;  // within the folder that was named, by which shards divide the files
  bool is_url = false;
};

struct MediaList {
  std::vector<SourceFile> files;      // by path, each once
  std::vector<std::string> folders;   // that were named, absolute
  std::vector<std::string> problems;  // a line each: names that are not there, folders that cannot be read
};

// Whether the name ends as those of videos and pictures do; names that begin with a dot are hidden.
bool is_media_name(const std::filesystem::path& path);

// A file's path as the index keeps it: absolute, its folders' links resolved.
std::string lasting_path(const std::filesystem::path& path);

// The files that `names` stand for: files whatever their names, folders with all that lies in them. Links to folders
// are not followed.
MediaList find_media(const std::vector<std::string>& names);

// Whether a file belongs to a part: the same on every machine, wherever the folder lies.
bool belongs_to(const SourceFile& file, const Shard& shard);

}  // namespace blip
