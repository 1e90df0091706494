#include "tests/plugins/golden/clip_run.h"

#include <mutex>
#include <stdexcept>

#include "plugins/support/gst_handles.h"

namespace blip::test {
namespace {

struct Asking {
  const std::map<std::uint64_t, FrameRequest>& requests;
  std::uint64_t next = 0;
};

void send(GstPad* pad, const char* name, const char* field, const std::string& value) {
  GstStructure* command = gst_structure_new_empty(name);
  if (field != nullptr) gst_structure_set(command, field, G_TYPE_STRING, value.c_str(), nullptr);
  gst_pad_send_event(pad, gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM, command));
}

GstPadProbeReturn ask(GstPad* pad, GstPadProbeInfo*, gpointer data) {
  auto& asking = *static_cast<Asking*>(data);
  const auto request = asking.requests.find(asking.next++);
  if (request == asking.requests.end()) return GST_PAD_PROBE_OK;
  if (!request->second.queries.empty()) send(pad, "blip/set-queries", "queries", request->second.queries);
  if (!request->second.question.empty()) send(pad, "blip/set-question", "question", request->second.question);
  send(pad, "blip/trigger", nullptr, "");
  return GST_PAD_PROBE_OK;
}

struct Records {
  std::mutex mutex;
  std::vector<nlohmann::json> lines;
};

GstPadProbeReturn keep(GstPad*, GstPadProbeInfo* info, gpointer data) {
  GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
  std::string text(gst_buffer_get_size(buffer), '\0');
  gst_buffer_extract(buffer, 0, text.data(), text.size());
  auto& records = *static_cast<Records*>(data);
  const std::lock_guard lock(records.mutex);
  records.lines.push_back(nlohmann::json::parse(text));
  return GST_PAD_PROBE_OK;
}

using ElementHandle = std::unique_ptr<GstElement, ObjectUnref>;

void add_probe(GstElement* pipeline, const char* element, const char* pad, GstPadProbeCallback probe, gpointer data) {
  const ElementHandle owner(gst_bin_get_by_name(GST_BIN(pipeline), element));
  const PadPtr target(gst_element_get_static_pad(owner.get(), pad));
  gst_pad_add_probe(target.get(), GST_PAD_PROBE_TYPE_BUFFER, probe, data, nullptr);
}

std::string play(GstElement* pipeline) {
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  GstBus* bus = gst_element_get_bus(pipeline);
  constexpr GstClockTime kPatience = 120 * GST_SECOND;
  GstMessage* message =
      gst_bus_timed_pop_filtered(bus, kPatience, static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
  std::string failure = message == nullptr ? "it does not end" : "";
  if (message != nullptr && GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    GError* error = nullptr;
    gst_message_parse_error(message, &error, nullptr);
    failure = error->message;
    g_error_free(error);
  }
  if (message != nullptr) gst_message_unref(message);
  gst_object_unref(bus);
  gst_element_set_state(pipeline, GST_STATE_NULL);
  return failure;
}

}  // namespace

std::vector<nlohmann::json> run_clip(const std::string& clip, const std::string& elements,
                                     const std::map<std::uint64_t, FrameRequest>& requests) {
  const std::string line = "filesrc location=\"" + clip + "\" ! decodebin ! videoconvert ! " + elements +
                           " ! fakesink sync=false t.text ! application/x-json ! fakesink sync=false async=false";
  GError* error = nullptr;
  const ElementHandle pipeline(gst_parse_launch(line.c_str(), &error));
  if (error != nullptr) throw std::runtime_error(error->message);
  gst_object_ref_sink(pipeline.get());
  Asking asking{requests};
  Records records;
  add_probe(pipeline.get(), "e", "sink", ask, &asking);
  add_probe(pipeline.get(), "t", "text", keep, &records);
  const std::string failure = play(pipeline.get());
  if (!failure.empty()) throw std::runtime_error(clip + ": " + failure);
  return records.lines;
}

}  // namespace blip::test
