#pragma once

// On functions that write the fields of a meta: queue, appsink and GstHarness hand buffers from thread to thread under
// locks inside GLib, which the thread sanitizer does not see and would call a race.
#define BLIP_HANDED_OVER __attribute__((no_sanitize("thread")))
