#pragma once

#include <span>
#include <string>

#include "pipelines/records/timed_record.h"

namespace blip {

// Chapters as FFmpeg's metadata file: ffmpeg -i talk.mp4 -i chapters.ffmeta -map_metadata 1 -c copy out.mp4.
// Records without text make none.
std::string chapters_of(std::span<const TimedRecord> records);

}  // namespace blip
