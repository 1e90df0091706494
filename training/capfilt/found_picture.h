#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/vision/rgb_image.h"

namespace blip {

// A text that came with a picture.
struct FoundText {
  std::string text;
  std::string origin;  // "web", "captions", "txt", "subtitles", "title"
  std::string label;   // "right", "wrong", … in a data set with known noise; else empty
};

struct FoundPicture {
  std::string key;        // no other picture of its unit has it
  std::string extension;  // of `bytes`: "jpg", "jpeg" or "png"; empty for a frame of a video
  std::string bytes;      // the file as it was found; empty for a frame of a video
  RgbImage image;         // empty until decode()
  std::vector<FoundText> texts;
  std::string video, url;      // where it comes from; empty = not known
  std::optional<double> time;  // seconds of stream time in the video
};

// Makes `image` of `bytes` unless it is there. Throws Error(kInvalidData) naming the key.
void decode(FoundPicture& picture);
// Makes `bytes` (JPEG) of `image` unless they are there.
void encode(FoundPicture& picture);

// A sample that could not be used.
struct PictureFailure {
  std::string reason;  // one of a few, by which failures are counted
  std::string detail;  // one line
};

inline constexpr const char* kBrokenSample = "sample cannot be read";
inline constexpr const char* kBrokenPicture = "picture is broken";
inline constexpr const char* kNoPicture = "no picture";
inline constexpr const char* kBrokenTexts = "texts are broken";
inline constexpr const char* kNoText = "no text";
inline constexpr const char* kDamagedShard = "shard is damaged";
inline constexpr const char* kBrokenVideo = "video cannot be read";
inline constexpr const char* kModelFailed = "model failed";
inline constexpr const char* kNearDuplicate = "near duplicate";

// What a reader comes upon: a picture, one that cannot be used, or one that is not wanted.
struct Found {
  std::string key;
  std::optional<FoundPicture> picture;
  std::optional<PictureFailure> failure;
  std::string dropped;  // why it is left out though it could be used: kNearDuplicate; empty = it is not
};

// The pictures of one unit of work, one after the other, in the same order every time.
class PictureReader {
 public:
  virtual ~PictureReader() = default;
  virtual bool next(Found& found) = 0;  // false at the end
};

}  // namespace blip
