#include "pipelines/elements/run_messages.h"

#include <gst/pbutils/pbutils.h>
#include <poll.h>

#include <algorithm>
#include <array>

#include "pipelines/media_input/video_source.h"
#include "pipelines/records/model_failure.h"
#include "pipelines/terminal/clock_text.h"

namespace blip {
namespace {

constexpr int kProgressInterval = 200;  // milliseconds

}  // namespace

void RunMessages::begin(const MessageListener& listener) {
  while (const GstMessageHandle stale{gst_bus_pop(bus_.get())})
    if (GST_MESSAGE_TYPE(stale.get()) == GST_MESSAGE_WARNING && is_from_analysis(stale.get())) {
      Failures none;
      warn(stale.get(), none, listener);
    }
}

void RunMessages::follow(InputGate& gate, const InterruptWatch& interrupt, const MessageListener& listener) {
  Failures failures;
  GPollFD bus_descriptor{};
  gst_bus_get_pollfd(bus_.get(), &bus_descriptor);
  bool closed = false;
  for (bool ended = false; !ended;) {
    std::array<pollfd, 2> watched{{{bus_descriptor.fd, POLLIN, 0}, {closed ? -1 : interrupt.descriptor(), POLLIN, 0}}};
    poll(watched.data(), watched.size(), listener.progress ? kProgressInterval : -1);
    while (!ended) {
      const GstMessageHandle message(gst_bus_pop(bus_.get()));
      if (!message) break;
      ended = handle(message.get(), failures, listener);
    }
    if (!closed && interrupt.requested()) {
      if (listener.interrupted) listener.interrupted();
      gate.close();
      closed = true;
    }
    if (listener.progress) listener.progress(gate.position(), gate.duration());
  }
  if (failures.warnings > 0)
    listener.source_warning(std::to_string(failures.warnings) +
                            " decoding problem(s), the first: " + failures.first_warning);
  if (!closed && gate.position() + kSecond < gate.duration() && gate.position() < gate.duration() / 10 * 9)
    listener.source_warning("the video ends at " + clock_text(gate.position(), '.') + " where the file promises " +
                            clock_text(gate.duration(), '.') + "; is the file cut short?");
}

bool RunMessages::handle(GstMessage* message, Failures& failures, const MessageListener& listener) {
  switch (GST_MESSAGE_TYPE(message)) {
    case GST_MESSAGE_EOS:
      return true;
    case GST_MESSAGE_ERROR:
      fail(message, failures);
    case GST_MESSAGE_WARNING:
      warn(message, failures, listener);
      return false;
    case GST_MESSAGE_PROGRESS:
      note_progress(message);
      return false;
    case GST_MESSAGE_ELEMENT:
      if (gst_is_missing_plugin_message(message)) failures.missing.push_back(read_missing_plugin(message));
      return false;
    case GST_MESSAGE_APPLICATION:
      listener.application(message);
      return false;
    default:
      return false;
  }
}

void RunMessages::note_progress(GstMessage* message) {
  GstProgressType type{};
  gst_message_parse_progress(message, &type, nullptr, nullptr);
  if (is_from_analysis(message) && type == GST_PROGRESS_TYPE_COMPLETE) model_is_open_ = true;
}

void RunMessages::fail(GstMessage* message, const Failures& failures) {
  GError* raw_error = nullptr;
  gst_message_parse_error(message, &raw_error, nullptr);
  const GErrorHandle error(raw_error);
  if (error->domain == blip_no_video_quark() && failures.missing.empty())
    throw Error(ErrorKind::kInvalidData, error->message);
  if (is_from_analysis(message)) {
    if (g_error_matches(error.get(), GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS))
      throw ModelFailure(ErrorKind::kInvalidArgument, error->message);
    const bool one_picture = g_error_matches(error.get(), GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_FAILED);
    if (!model_is_open_ || !one_picture) throw ModelFailure(ErrorKind::kFailed, error->message);
    throw Error(ErrorKind::kFailed, error->message);
  }
  throw Error(ErrorKind::kInvalidData, failure_text(*error, failures.missing));
}

void RunMessages::fail_to_start() {
  const GstMessageHandle message(gst_bus_pop_filtered(bus_.get(), GST_MESSAGE_ERROR));
  if (message) fail(message.get(), {});
  throw ModelFailure(ErrorKind::kFailed, "the pipeline does not start");
}

void RunMessages::warn(GstMessage* message, Failures& failures, const MessageListener& listener) {
  GError* raw_warning = nullptr;
  gst_message_parse_warning(message, &raw_warning, nullptr);
  const GErrorHandle warning(raw_warning);
  if (is_from_analysis(message)) {
    listener.model_warning(warning->message);
  } else if (failures.warnings++ == 0) {
    failures.first_warning = warning->message;
  }
}

bool RunMessages::is_from_analysis(GstMessage* message) const {
  GstObject* origin = GST_MESSAGE_SRC(message);
  return std::any_of(analysis_.begin(), analysis_.end(), [origin](GstElement* element) {
    return origin == GST_OBJECT(element) || gst_object_has_as_ancestor(origin, GST_OBJECT(element)) == TRUE;
  });
}

}  // namespace blip
