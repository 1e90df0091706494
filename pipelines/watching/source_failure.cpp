#include "pipelines/watching/source_failure.h"

#include <gst/gst.h>

#include "pipelines/media_input/video_source.h"

namespace blip {
namespace {

std::string reason(const GError& error) {
  std::string text = error.message;
  while (!text.empty() && (text.back() == '.' || text.back() == '\n')) text.pop_back();
  return text;
}

}  // namespace

SourceFailure judge_source_failure(const GError& error, const std::vector<MissingPlugin>& missing, bool url) {
  if (missing.empty() && error.domain == blip_no_video_quark()) return {error.message, false};
  if (!url || !missing.empty()) return {failure_text(error, missing), false};
  if (error.domain == GST_RESOURCE_ERROR) {
    if (error.code == GST_RESOURCE_ERROR_NOT_AUTHORIZED)
      return {"it wants another user and password (" + reason(error) + "); write them as SCHEME://USER:PASSWORD@HOST/…",
              false};
    if (error.code == GST_RESOURCE_ERROR_NOT_FOUND) return {"there is no such stream (" + reason(error) + ")", true};
    return {"it cannot be reached (" + reason(error) + ")", true};
  }
  // What sources say when there is nobody at the address, too.
  if (g_error_matches(&error, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED))
    return {"the connection failed (" + reason(error) + ")", true};
  if (error.domain == GST_STREAM_ERROR) return {"what it sends cannot be decoded (" + reason(error) + ")", true};
  return {reason(error), true};
}

}  // namespace blip
