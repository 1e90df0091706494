#pragma once

#include <string>
#include <string_view>

#include "pipelines/media_input/gst_owners.h"

namespace blip {

// "rtsp" of "RTSP://camera/1", in lower case; empty when the text is no URL: "SCHEME://" with a scheme of two
// characters or more.
std::string url_scheme(std::string_view text);
bool is_url(std::string_view text);

// A source that gives pictures at its own pace and has no end: a camera or a broadcast, judged by the scheme. Of http
// and https, which may be either, this says false; the running pipeline knows (it has no duration).
bool is_live_url(std::string_view text);

// The URL with "user:password@" made "user:***@": for messages, records and whatever else is shown or kept.
std::string shown_url(const std::string& url);

// The file a "file://" URL names; any other text as it is. Throws Error(kInvalidArgument) for a file URL that names
// none.
std::string local_path(const std::string& file_or_url);

// Finds what is wrong with a source before a pipeline sees it: files as check_input_file(), and URLs that no installed
// GStreamer element reads. Throws Error of one line that leaves the name to the caller. Needs gst_init().
void check_source(const std::string& file_or_url);

// A bin with a pad "src" that gives the first video stream of a file or URL as raw video in system memory: files and
// "file://" as make_video_source(), others through uridecodebin. "videotestsrc://PATTERN?fps=10&size=320x240&frames=50"
// is GStreamer's test picture as a live source (pattern: a name such as ball or red; all parts but the scheme may be
// left out; without frames it does not end). Errors come on the bus as those of make_video_source() do.
// Throws Error(kNotFound) naming the GStreamer element that is not installed, kInvalidArgument for a test picture that
// does not exist.
GstElementHandle make_source_for(const std::string& file_or_url);

}  // namespace blip
