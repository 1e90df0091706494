#pragma once

#include <glib.h>

#include <string>
#include <vector>

#include "pipelines/media_input/failure_text.h"

namespace blip {

// Why a source gives no (more) pictures.
struct SourceFailure {
  std::string text;         // one line, without the source's name
  bool may_return = false;  // it is worth connecting again later
};

// Judges a pipeline's error about a source. `url`: it is no file of this machine.
SourceFailure judge_source_failure(const GError& error, const std::vector<MissingPlugin>& missing, bool url);

}  // namespace blip
