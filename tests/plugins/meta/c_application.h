#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

// Written in C, as applications may be: puts settled features and a text on `buffer`, which must be writable, and reads
// both back. Whether all of it was there.
gboolean c_application_round_trip(GstBuffer* buffer);

G_END_DECLS
