#pragma once

#include <cstdint>
#include <string>

#include "plugins/queries/query_source.h"
#include "plugins/support/property_table.h"

namespace blip {

struct EncoderSettings {
  QuerySettings queries;
  std::string query_template = "{}";  // several, separated by ';'
  double threshold = -1;              // cosine
  std::int64_t top_k = 5;
  std::int64_t clip_frames = 1;
  std::uint64_t clip_duration = 0;  // ns
  bool features = true;
};

const PropertyTable<EncoderSettings>& encoder_properties();

}  // namespace blip
