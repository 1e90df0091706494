#include "pipelines/media_input/video_source.h"

#include <gst/pbutils/pbutils.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <utility>
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
  FoundStreams(GstElement* bin, std::string place) : bin_(bin), place_(std::move(place)) {}

  void add(GstPad* pad, GstPad* target) {
    GstCapsHandle caps(gst_pad_get_current_caps(pad));
    if (!caps) caps.reset(gst_pad_query_caps(pad, nullptr));
    const std::lock_guard lock(mutex_);
    if (video_ == nullptr && is_raw_video(*caps) && GST_PAD_LINK_SUCCESSFUL(gst_pad_link(pad, target))) {
      video_ = pad;
      return;
    }
    const GStringHandle name(gst_pb_utils_get_codec_description(caps.get()));
    if (name) others_ += (others_.empty() ? "" : ", ") + std::string(name.get());
  }

  // A source that goes on in another form (a broadcast) takes its pad away and adds another one.
  void remove(GstPad* pad) {
    const std::lock_guard lock(mutex_);
    if (video_ == pad) video_ = nullptr;
  }

  void finish() {
    std::string text;
    {
      const std::lock_guard lock(mutex_);
      if (video_ != nullptr) return;
      text =
          "no video stream in the " + place_ + "; found " + (others_.empty() ? "nothing that can be decoded" : others_);
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
  const std::string place_;
  std::mutex mutex_;
  const GstPad* video_ = nullptr;  // the decoder's that is shown
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

void on_pad_removed(GstElement*, GstPad* pad, gpointer data) {
  found_streams(data).remove(pad);
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

void show_first_video(GstElement* bin, GstElement* decoder, const std::string& place) {
  GstElement* converter = add_new_element(bin, "videoconvert", "converter");
  const GstPadHandle pad(gst_element_get_static_pad(converter, "src"));
  gst_element_add_pad(bin, gst_ghost_pad_new("src", pad.get()));

  auto* found = new FoundStreams(bin, place);
  g_object_set_data_full(G_OBJECT(bin), "found-streams", found,
                         [](gpointer data) { delete static_cast<FoundStreams*>(data); });
  g_object_set_data(G_OBJECT(decoder), "converter", converter);
  g_signal_connect(decoder, "pad-added", G_CALLBACK(on_pad_added), found);
  g_signal_connect(decoder, "pad-removed", G_CALLBACK(on_pad_removed), found);
  g_signal_connect(decoder, "no-more-pads", G_CALLBACK(on_no_more_pads), found);
  g_signal_connect(decoder, "autoplug-continue", G_CALLBACK(on_autoplug_continue), nullptr);
}

GstElementHandle make_video_source(const std::string& file) {
  GstElementHandle source(GST_ELEMENT(gst_object_ref_sink(gst_bin_new("source"))));
  GstElement* reader = add_new_element(source.get(), "filesrc", "reader");
  GstElement* decoder = add_new_element(source.get(), "decodebin", "decoder");
  g_object_set(reader, "location", file.c_str(), nullptr);
  gst_element_link(reader, decoder);
  show_first_video(source.get(), decoder, "file");
  return source;
}

}  // namespace blip
