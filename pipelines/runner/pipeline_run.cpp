#include "pipelines/runner/pipeline_run.h"

#include <gst/pbutils/pbutils.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace blip {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kPatienceAtEnd{60};  // for the end to come through after an interrupt

using GstParseContextHandle = std::unique_ptr<GstParseContext, GstRelease<gst_parse_context_free>>;

// The line of the first word that the parser's message names in quotes, else of the first word.
int line_of(const std::string& message, const std::vector<LaunchWord>& words) {
  for (std::size_t open = message.find('"'); open != std::string::npos; open = message.find('"', open + 1)) {
    const std::size_t close = message.find('"', open + 1);
    if (close == std::string::npos) break;
    const std::string name = message.substr(open + 1, close - open - 1);
    for (const LaunchWord& word : words)
      if (word.text == name || word.text.starts_with(name + "=")) return word.line;
  }
  return words.front().line;
}

GstElement* parse(const std::vector<LaunchWord>& words, const std::string& file) {
  const GstParseContextHandle context(gst_parse_context_new());
  GError* raw_error = nullptr;
  GstElement* parsed =
      gst_parse_launch_full(launch_line(words).c_str(), context.get(), GST_PARSE_FLAG_FATAL_ERRORS, &raw_error);
  const GErrorHandle error(raw_error);
  if (parsed != nullptr && !error) return GST_ELEMENT(gst_object_ref_sink(parsed));
  if (parsed != nullptr) gst_object_unref(gst_object_ref_sink(parsed));
  const std::string reason = error ? error->message : "it describes no pipeline";
  const bool no_element = error && g_error_matches(error.get(), GST_PARSE_ERROR, GST_PARSE_ERROR_NO_SUCH_ELEMENT);
  throw Error(ErrorKind::kInvalidData, file + ":" + std::to_string(line_of(reason, words)) +
                                           ": the launch line cannot be used: " + reason +
                                           (no_element ? "; is its GStreamer package installed?" : ""));
}

PipelineHandle as_pipeline(GstElement* parsed) {
  if (GST_IS_PIPELINE(parsed)) return PipelineHandle(parsed);
  PipelineHandle pipeline(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new(nullptr))));
  gst_bin_add(GST_BIN(pipeline.get()), parsed);
  gst_object_unref(parsed);
  return pipeline;
}

GstPadProbeReturn drop_gaps(GstPad*, GstPadProbeInfo* info, gpointer) {
  return GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_GAP ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

gboolean keep_gaps_out(GstElement*, GstPad* pad, gpointer) {
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, drop_gaps, nullptr, nullptr);
  return TRUE;
}

// In GStreamer 1.22 splitmuxsink never ends when nothing but GAP events has come to it, as from a valve that no match
// has opened.
void keep_gaps_from_splitmuxsinks(GstBin* bin) {
  const std::unique_ptr<GstIterator, GstRelease<gst_iterator_free>> all(
      gst_bin_iterate_all_by_element_factory_name(bin, "splitmuxsink"));
  gst_iterator_foreach(
      all.get(),
      [](const GValue* item, gpointer) {
        gst_element_foreach_sink_pad(GST_ELEMENT(g_value_get_object(item)), keep_gaps_out, nullptr);
      },
      nullptr);
}

}  // namespace

PipelineRun::PipelineRun(const std::vector<LaunchWord>& words, const std::string& file)
    : pipeline_(as_pipeline(parse(words, file))), bus_(gst_element_get_bus(pipeline_.get())) {
  keep_gaps_from_splitmuxsinks(GST_BIN(pipeline_.get()));
}

void PipelineRun::play(const InterruptWatch& interrupt, const PipelineListener& listener) {
  if (gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) {
    while (const GstMessageHandle message{gst_bus_pop(bus_.get())}) handle(message.get(), listener);
    throw Error(ErrorKind::kFailed, "the pipeline does not start; GST_DEBUG=3 tells more");
  }
  follow(interrupt, listener);
}

void PipelineRun::follow(const InterruptWatch& interrupt, const PipelineListener& listener) {
  GPollFD bus_descriptor{};
  gst_bus_get_pollfd(bus_.get(), &bus_descriptor);
  bool closed = false;
  Clock::time_point closed_at;
  for (;;) {
    std::array<pollfd, 2> watched{{{bus_descriptor.fd, POLLIN, 0}, {closed ? -1 : interrupt.descriptor(), POLLIN, 0}}};
    poll(watched.data(), watched.size(), closed ? 1000 : -1);
    while (const GstMessageHandle message{gst_bus_pop(bus_.get())})
      if (handle(message.get(), listener)) return;
    if (!closed && interrupt.requested()) {
      closed = true;
      closed_at = Clock::now();
      gst_element_send_event(pipeline_.get(), gst_event_new_eos());
    }
    if (closed && Clock::now() - closed_at > kPatienceAtEnd)
      throw Error(ErrorKind::kFailed, "the pipeline did not come to its end in " +
                                          std::to_string(kPatienceAtEnd.count()) +
                                          " s after the interrupt; its files may be incomplete");
  }
}

bool PipelineRun::handle(GstMessage* message, const PipelineListener& listener) {
  switch (GST_MESSAGE_TYPE(message)) {
    case GST_MESSAGE_EOS:
      return true;
    case GST_MESSAGE_ERROR:
      fail(message);
    case GST_MESSAGE_WARNING: {
      GError* raw_warning = nullptr;
      gst_message_parse_warning(message, &raw_warning, nullptr);
      const GErrorHandle warning(raw_warning);
      listener.warning(std::string(GST_MESSAGE_SRC_NAME(message)) + ": " + warning->message);
      return false;
    }
    case GST_MESSAGE_LATENCY:
      gst_bin_recalculate_latency(GST_BIN(pipeline_.get()));
      return false;
    case GST_MESSAGE_CLOCK_LOST:
      gst_element_set_state(pipeline_.get(), GST_STATE_PAUSED);
      gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING);
      return false;
    case GST_MESSAGE_ELEMENT:
      if (gst_is_missing_plugin_message(message)) missing_.push_back(read_missing_plugin(message));
      listener.message(message);
      return false;
    default:
      return false;
  }
}

void PipelineRun::fail(GstMessage* message) const {
  GError* raw_error = nullptr;
  gst_message_parse_error(message, &raw_error, nullptr);
  const GErrorHandle error(raw_error);
  const bool one_of_ours = std::string_view(GST_MESSAGE_SRC_NAME(message)).starts_with("blip");
  const std::string reason = missing_.empty() || one_of_ours ? error->message : failure_text(*error, missing_);
  throw Error(ErrorKind::kFailed, std::string("the element '") + GST_MESSAGE_SRC_NAME(message) + "' failed: " + reason);
}

}  // namespace blip
