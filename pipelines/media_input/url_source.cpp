#include "pipelines/media_input/url_source.h"

#include <gst/gst.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

#include "core/base/error.h"
#include "pipelines/media_input/input_file.h"
#include "pipelines/media_input/new_element.h"
#include "pipelines/media_input/video_source.h"

namespace blip {
namespace {

constexpr std::string_view kTestScheme = "videotestsrc";
constexpr std::array<std::string_view, 15> kLiveSchemes{"rtsp",  "rtsps", "rtspt", "rtspu", "rtsph",
                                                        "rtp",   "udp",   "srt",   "rtmp",  "rtmps",
                                                        "rtmpt", "rist",  "v4l2",  "mms",   kTestScheme};

struct Package {
  std::string_view scheme;  // how it begins
  const char* name;
};
constexpr std::array<Package, 5> kPackages{{{"rtsp", "gstreamer1.0-plugins-good"},
                                            {"http", "gstreamer1.0-plugins-good"},
                                            {"udp", "gstreamer1.0-plugins-good"},
                                            {"srt", "gstreamer1.0-plugins-bad"},
                                            {"rtmp", "gstreamer1.0-plugins-bad"}}};

// The longest silence of a network source before it is an error, where the element can be told.
constexpr guint kSilenceSeconds = 10;
constexpr guint kRtspBuffer = 200;  // milliseconds; rtspsrc's own two seconds are two seconds of delay

bool has_property(GstElement* element, const char* name) {
  return g_object_class_find_property(G_OBJECT_GET_CLASS(element), name) != nullptr;
}

void on_source_setup(GstElement*, GstElement* source, gpointer) {
  const GstElementFactory* factory = gst_element_get_factory(source);
  const std::string_view kind = factory == nullptr ? "" : GST_OBJECT_NAME(factory);
  if (kind == "rtspsrc")
    g_object_set(source, "latency", kRtspBuffer, "tcp-timeout", guint64{kSilenceSeconds} * G_USEC_PER_SEC, nullptr);
  else if (kind == "souphttpsrc" && has_property(source, "timeout"))
    g_object_set(source, "timeout", kSilenceSeconds, nullptr);
}

// What follows "NAME=" among the parts of "a=1&b=2".
std::optional<std::string> parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view part = query.substr(0, query.find('&'));
    if (part.size() > name.size() && part.substr(0, name.size()) == name && part[name.size()] == '=')
      return std::string(part.substr(name.size() + 1));
    query.remove_prefix(std::min(query.size(), part.size() + 1));
  }
  return std::nullopt;
}

int positive_number(std::string_view text, const std::string& url) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1 || number > 100000)
    throw Error(ErrorKind::kInvalidArgument,
                "'" + url + "': '" + std::string(text) + "' is no number from 1 to 100000");
  return number;
}

void set_pattern(GstElement* source, const std::string& pattern) {
  const GParamSpec* spec = g_object_class_find_property(G_OBJECT_GET_CLASS(source), "pattern");
  if (g_enum_get_value_by_nick(G_PARAM_SPEC_ENUM(spec)->enum_class, pattern.c_str()) == nullptr)
    throw Error(ErrorKind::kInvalidArgument,
                "videotestsrc has no pattern '" + pattern + "'; try ball, smpte, red or blue");
  gst_util_set_object_arg(G_OBJECT(source), "pattern", pattern.c_str());
}

GstElementHandle make_test_source(const std::string& url) {
  const std::string_view rest = std::string_view(url).substr(kTestScheme.size() + 3);
  const std::string_view pattern = rest.substr(0, rest.find('?'));
  const std::string_view query = pattern.size() < rest.size() ? rest.substr(pattern.size() + 1) : std::string_view();
  const std::string size = parameter(query, "size").value_or("320x240");
  const std::size_t cross = std::min(size.find('x'), size.size() - 1);

  GstElementHandle bin(GST_ELEMENT(gst_object_ref_sink(gst_bin_new("source"))));
  GstElement* source = add_new_element(bin.get(), "videotestsrc", "picture");
  GstElement* format = add_new_element(bin.get(), "capsfilter", "format");
  set_pattern(source, pattern.empty() ? "ball" : std::string(pattern));
  g_object_set(source, "is-live", TRUE, nullptr);
  if (const auto frames = parameter(query, "frames"))
    g_object_set(source, "num-buffers", positive_number(*frames, url), nullptr);
  const GstCapsHandle caps(
      gst_caps_new_simple("video/x-raw", "format", G_TYPE_STRING, "I420", "width", G_TYPE_INT,
                          positive_number(std::string_view(size).substr(0, cross), url), "height", G_TYPE_INT,
                          positive_number(std::string_view(size).substr(cross + 1), url), "framerate",
                          GST_TYPE_FRACTION, positive_number(parameter(query, "fps").value_or("10"), url), 1, nullptr));
  g_object_set(format, "caps", caps.get(), nullptr);
  gst_element_link(source, format);
  const GstPadHandle pad(gst_element_get_static_pad(format, "src"));
  gst_element_add_pad(bin.get(), gst_ghost_pad_new("src", pad.get()));
  return bin;
}

void check_url(const std::string& url) {
  const std::string scheme = url_scheme(url);
  if (scheme == kTestScheme) {
    make_test_source(url);
    return;
  }
  if (!gst_uri_is_valid(url.c_str()))
    throw Error(ErrorKind::kInvalidArgument, "this is no valid URL; check its spelling");
  if (gst_uri_protocol_is_supported(GST_URI_SRC, scheme.c_str())) return;
  const auto* package = std::find_if(kPackages.begin(), kPackages.end(),
                                     [&](const Package& known) { return scheme.rfind(known.scheme, 0) == 0; });
  throw Error(ErrorKind::kNotFound,
              "no GStreamer element that reads " + scheme + ":// is installed" +
                  (package == kPackages.end() ? "" : std::string("; try: apt install ") + package->name));
}

}  // namespace

std::string url_scheme(std::string_view text) {
  const std::size_t end = text.find("://");
  if (end == std::string_view::npos || end < 2) return {};
  std::string scheme(text.substr(0, end));
  const auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.'; };
  if (!std::all_of(scheme.begin(), scheme.end(), fits) || std::isalpha(static_cast<unsigned char>(scheme[0])) == 0)
    return {};
  std::transform(scheme.begin(), scheme.end(), scheme.begin(), [](unsigned char c) { return std::tolower(c); });
  return scheme;
}

bool is_url(std::string_view text) {
  return !url_scheme(text).empty();
}

bool is_live_url(std::string_view text) {
  const std::string scheme = url_scheme(text);
  return std::find(kLiveSchemes.begin(), kLiveSchemes.end(), scheme) != kLiveSchemes.end();
}

std::string shown_url(const std::string& url) {
  if (!is_url(url)) return url;
  const std::size_t begin = url.find("://") + 3;
  const std::size_t end = std::min(url.find_first_of("/?#", begin), url.size());
  const std::size_t at = url.rfind('@', end == 0 ? 0 : end - 1);
  if (at == std::string::npos || at < begin) return url;
  const std::size_t colon = url.find(':', begin);
  if (colon > at) return url;
  return url.substr(0, colon + 1) + "***" + url.substr(at);
}

std::string local_path(const std::string& file_or_url) {
  if (url_scheme(file_or_url) != "file") return file_or_url;
  const GStringHandle path(g_filename_from_uri(file_or_url.c_str(), nullptr, nullptr));
  if (!path)
    throw Error(ErrorKind::kInvalidArgument, "'" + file_or_url + "' names no file of this machine; such a URL looks " +
                                                 "like file:///home/me/talk.mp4");
  return path.get();
}

void check_source(const std::string& file_or_url) {
  const std::string path = local_path(file_or_url);
  if (is_url(path))
    check_url(path);
  else
    check_input_file(path);
}

GstElementHandle make_source_for(const std::string& file_or_url) {
  const std::string path = local_path(file_or_url);
  if (!is_url(path)) return make_video_source(path);
  if (url_scheme(path) == kTestScheme) return make_test_source(path);
  GstElementHandle source(GST_ELEMENT(gst_object_ref_sink(gst_bin_new("source"))));
  GstElement* decoder = add_new_element(source.get(), "uridecodebin", "decoder");
  g_object_set(decoder, "uri", path.c_str(), nullptr);
  g_signal_connect(decoder, "source-setup", G_CALLBACK(on_source_setup), nullptr);
  show_first_video(source.get(), decoder, "stream");
  return source;
}

}  // namespace blip
