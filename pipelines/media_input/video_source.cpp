#include "pipelines/media_input/video_source.h"

#include <gst/pbutils/pbutils.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <vector>

#include "pipelines/media_input/new_element.h"

namespace blip {
namespace {

// How the media types that are left alone begin.
constexpr std::array<const char*, 9> kUnwanted{"audio/",
                                               "text/",
                                               "subpicture/",
                                               "closedcaption/",
                                               "application/x-subtitle",
                                               "application/x-ass",
                                               "application/x-ssa",
                                               "application/x-teletext",
                                               "image/gif"};

// What decodebin offered so far; its signals come from streaming threads.
class FoundStreams {
 public:
  explicit FoundStreams(GstElement* bin) : bin_(bin) {}

  void add(GstPad* pad, GstPad* target) {
    GstCapsHandle caps(gst_pad_get_current_caps(pad));
    if (!caps) caps.reset(gst_pad_query_caps(pad, nullptr));
    const std::lock_guard lock(mutex_);
    if (!has_video_ && is_raw_video(*caps)) {
      has_video_ = GST_PAD_LINK_SUCCESSFUL(gst_pad_link(pad, target));
      if (has_video_) return;
    }
    const GStringHandle name(gst_pb_utils_get_codec_description(caps.get()));
    if (name) others_ += (others_.empty() ? "" : ", ") + std::string(name.get());
  }

  void finish() {
    std::string text;
    {
      const std::lock_guard lock(mutex_);
      if (has_video_) return;
      text = "no video stream in the file; found " + (others_.empty() ? "nothing that can be decoded" : others_);
    }
    GError* error = g_error_new_literal(blip_no_video_quark(), 0, text.c_str());
    gst_element_post_message(bin_, gst_message_new_error(GST_OBJECT(bin_), error, nullptr));
    g_error_free(error);
  }

 private:
  static bool is_raw_video(const GstCaps& caps) {
    return !gst_caps_is_empty(&caps) && gst_structure_has_name(gst_caps_get_structure(&caps, 0), "video/x-raw");
  }

  GstElement* bin_;  // owns this
  std::mutex mutex_;
  bool has_video_ = false;
  std::string others_;
};

FoundStreams& found_streams(gpointer data) {
  return *static_cast<FoundStreams*>(data);
}

void on_pad_added(GstElement* decoder, GstPad* pad, gpointer data) {
  const GstPadHandle target(
      gst_element_get_static_pad(static_cast<GstElement*>(g_object_get_data(G_OBJECT(decoder), "converter")), "sink"));
  found_streams(data).add(pad, target.get());
}

void on_no_more_pads(GstElement*, gpointer data) {
  found_streams(data).finish();
}

// False = offer the stream as it is: sound and subtitles are not decoded, nor is GIF, whose demuxer in GStreamer 1.22
// never ends.
gboolean on_autoplug_continue(GstElement*, GstPad*, GstCaps* caps, gpointer) {
  if (gst_caps_is_empty(caps) || gst_caps_is_any(caps)) return TRUE;
  const gchar* type = gst_structure_get_name(gst_caps_get_structure(caps, 0));
  const auto is_unwanted = [type](const char* prefix) { return g_str_has_prefix(type, prefix) == TRUE; };
  return std::none_of(kUnwanted.begin(), kUnwanted.end(), is_unwanted) ? TRUE : FALSE;
}

}  // namespace

GQuark blip_no_video_quark() {
  return g_quark_from_static_string("gst-blip-no-video");
}

GstElementHandle make_video_source(const std::string& file) {
  GstElementHandle source(GST_ELEMENT(gst_object_ref_sink(gst_bin_new("source"))));
  GstElement* bin = source.get();
  GstElement* reader = add_new_element(bin, "filesrc", "reader");
  GstElement* decoder = add_new_element(bin, "decodebin", "decoder");
  GstElement* converter = add_new_element(bin, "videoconvert", "converter");
  g_object_set(reader, "location", file.c_str(), nullptr);
  gst_element_link(reader, decoder);
  const GstPadHandle pad(gst_element_get_static_pad(converter, "src"));
  gst_element_add_pad(bin, gst_ghost_pad_new("src", pad.get()));

  auto* found = new FoundStreams(bin);
  g_object_set_data_full(G_OBJECT(bin), "found-streams", found,
                         [](gpointer data) { delete static_cast<FoundStreams*>(data); });
  g_object_set_data(G_OBJECT(decoder), "converter", converter);
  g_signal_connect(decoder, "pad-added", G_CALLBACK(on_pad_added), found);
  g_signal_connect(decoder, "no-more-pads", G_CALLBACK(on_no_more_pads), found);
  g_signal_connect(decoder, "autoplug-continue", G_CALLBACK(on_autoplug_continue), nullptr);
  return source;
}

}  // namespace blip
