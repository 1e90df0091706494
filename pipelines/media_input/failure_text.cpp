#include "pipelines/media_input/failure_text.h"

#include <gst/pbutils/pbutils.h>

#include <array>
#include <string_view>

#include "pipelines/media_input/gst_owners.h"

namespace blip {
namespace {

struct Package {
  std::string_view media_type;  // how the detail in the message begins
  std::string_view name;
};

// Media types that need another package than FFmpeg's.
constexpr std::array<Package, 8> kPackages{{{"video/x-vp8", "gstreamer1.0-plugins-good"},
                                            {"video/x-vp9", "gstreamer1.0-plugins-good"},
                                            {"video/x-av1", "gstreamer1.0-plugins-bad"},
                                            {"video/x-theora", "gstreamer1.0-plugins-base"},
                                            {"video/quicktime", "gstreamer1.0-plugins-good"},
                                            {"video/x-matroska", "gstreamer1.0-plugins-good"},
                                            {"video/webm", "gstreamer1.0-plugins-good"},
                                            {"video/mpegts", "gstreamer1.0-plugins-bad"}}};

std::string package_for(std::string_view detail) {
  for (const Package& package : kPackages)
    if (detail.find(package.media_type) != std::string_view::npos) return std::string(package.name);
  return "gstreamer1.0-libav";
}

std::string reason(const GError& error) {
  std::string text = error.message;
  while (!text.empty() && (text.back() == '.' || text.back() == '\n')) text.pop_back();
  return text;
}

constexpr const char* kSupported = "; give a video such as MP4, Matroska or WebM, or a JPEG or PNG picture";

}  // namespace

MissingPlugin read_missing_plugin(GstMessage* message) {
  const GStringHandle what(gst_missing_plugin_message_get_description(message));
  const GStringHandle detail(gst_missing_plugin_message_get_installer_detail(message));
  return {what ? what.get() : "decoder", package_for(detail ? detail.get() : "")};
}

std::string failure_text(const GError& error, const std::vector<MissingPlugin>& missing) {
  if (!missing.empty())
    return "no " + missing.front().what + " is installed; try: apt install " + missing.front().package;
  if (error.domain == GST_STREAM_ERROR) {
    switch (error.code) {
      case GST_STREAM_ERROR_WRONG_TYPE:
        return std::string("this is a text file, neither a video nor a picture") + kSupported;
      case GST_STREAM_ERROR_TYPE_NOT_FOUND:
        return std::string("the content is no kind of video or picture that is known") + kSupported;
      case GST_STREAM_ERROR_DEMUX:
      case GST_STREAM_ERROR_DECODE:
        return "the file is damaged or cut short (" + reason(error) + "); copy or download it again";
      default:
        return "cannot be decoded (" + reason(error) + "); does it play elsewhere?";
    }
  }
  if (error.domain == GST_RESOURCE_ERROR) return "cannot be read (" + reason(error) + ")";
  return reason(error);
}

}  // namespace blip
