#pragma once

#include <string_view>

#include "pipelines/records/timed_record.h"

namespace blip {

// Reads one caption as blipcaption's text pad gives it in JSON. Its details are score (the search's; higher is better),
// confidence (in [0, 1]) and, if asked for, token_ids (prompt included).
// Throws Error(kInvalidData) when a field is missing or of another type.
TimedRecord parse_caption_record(std::string_view json, bool token_ids);

}  // namespace blip
