#include "plugins/support/element_messages.h"

#include "plugins/support/gst_structure_of.h"

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
    case ErrorKind::kCancelled:
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

void post_record(GstElement* element, const std::string& name, const FrameTimes& times, const std::string& source,
                 const Record& fields) {
  gst_element_post_message(element,
                           gst_message_new_element(GST_OBJECT(element), structure_of(name, times, source, fields)));
}

void post_skipped(GstElement* element, const FrameTimes& times, std::uint64_t analysed, std::uint64_t skipped) {
  GstMessage* message = gst_message_new_qos(GST_OBJECT(element), TRUE, times.running_time, times.stream_time,
                                            times.timestamp, times.duration);
  gst_message_set_qos_stats(message, GST_FORMAT_BUFFERS, analysed, skipped);
  gst_element_post_message(element, message);
}

}  // namespace blip
