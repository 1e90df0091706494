#include "plugins/support/element_messages.h"

#include "plugins/support/text_format.h"

namespace blip {

void post_error(GstElement* element, const Failure& failure) {
  const char* text = failure.message.c_str();
  switch (failure.kind) {
    case ErrorKind::kInvalidArgument:
      GST_ELEMENT_ERROR(element, LIBRARY, SETTINGS, ("%s", text), (nullptr));
      break;
    case ErrorKind::kNotFound:
      GST_ELEMENT_ERROR(element, RESOURCE, NOT_FOUND, ("%s", text), (nullptr));
      break;
    case ErrorKind::kInvalidData:
      GST_ELEMENT_ERROR(element, RESOURCE, READ, ("%s", text), (nullptr));
      break;
    case ErrorKind::kUnsupported:
      GST_ELEMENT_ERROR(element, LIBRARY, INIT, ("%s", text), (nullptr));
      break;
    case ErrorKind::kFailed:
      GST_ELEMENT_ERROR(element, LIBRARY, FAILED, ("%s", text), (nullptr));
      break;
  }
}

void post_warning(GstElement* element, const std::string& message) {
  GST_ELEMENT_WARNING(element, LIBRARY, FAILED, ("%s", message.c_str()), (nullptr));
}

void post_progress(GstElement* element, GstProgressType type, const std::string& text) {
  gst_element_post_message(element, gst_message_new_progress(GST_OBJECT(element), type, "open-model", text.c_str()));
}

void post_finding(GstElement* element, const char* name, const FrameTimes& times, const std::string& source,
                  const Finding& finding) {
  GstStructure* structure = gst_structure_new(
      name, "timestamp", G_TYPE_UINT64, times.timestamp, "stream-time", G_TYPE_UINT64, times.stream_time,
      "running-time", G_TYPE_UINT64, times.running_time, "duration", G_TYPE_UINT64, times.duration, "source",
      G_TYPE_STRING, valid_utf8(source).c_str(), "text", G_TYPE_STRING, valid_utf8(finding.text).c_str(), nullptr);
  for (const auto& [field, value] : finding.fields) {
    if (const auto* number = std::get_if<double>(&value)) {
      gst_structure_set(structure, field.c_str(), G_TYPE_DOUBLE, *number, nullptr);
    } else if (const auto* count = std::get_if<std::int64_t>(&value)) {
      gst_structure_set(structure, field.c_str(), G_TYPE_INT64, *count, nullptr);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      gst_structure_set(structure, field.c_str(), G_TYPE_STRING, valid_utf8(*text).c_str(), nullptr);
    }
  }
  gst_element_post_message(element, gst_message_new_element(GST_OBJECT(element), structure));
}

void post_skipped(GstElement* element, const FrameTimes& times, std::uint64_t analysed, std::uint64_t skipped) {
  GstMessage* message = gst_message_new_qos(GST_OBJECT(element), TRUE, times.running_time, times.stream_time,
                                            times.timestamp, times.duration);
  gst_message_set_qos_stats(message, GST_FORMAT_BUFFERS, analysed, skipped);
  gst_element_post_message(element, message);
}

}  // namespace blip
