#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "training/capfilt/found_picture.h"
#include "training/capfilt/shot_frames.h"
#include "training/data/video_texts.h"

namespace blip {

// A video, and what is said in it when that is known already (an annotations.json).
struct VideoInput {
  std::filesystem::path file;
  std::shared_ptr<const TextedVideo> texts;  // null = read what lies beside the file when its turn comes
};

// Frames of each video's shots with the noisy text that comes with them, in order. A frame has
//  - what is said while it is seen: the cues of NAME.srt, .vtt or .json (or the segments of an annotations.json) that
//    are shown at its moment, with those that lie mostly in its shot, joined; "web" texts where an annotation has them;
//  - the title, where a NAME.info.json ({"title": …}, as yt-dlp writes it) lies beside the video.
// Frames that look like an earlier one of their video are Found::dropped. A video, or the rest of one, that cannot be
// read is one failure.
std::unique_ptr<PictureReader> read_video_pictures(std::vector<VideoInput> videos, const ShotOptions& options);

}  // namespace blip
