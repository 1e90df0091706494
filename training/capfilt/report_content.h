#pragma once

#include <cstdint>

#include "training/capfilt/capfilt_folder.h"
#include "training/capfilt/capfilt_report.h"

namespace blip {

// The report of a run: its counts, its settings, and up to a dozen examples of each kind, from units spread over the
// run. Throws Error(kInvalidData) for examples that cannot be read.
CapFiltReport report_content(const CapFiltFolder& folder, const CapFiltCounts& counts, std::int64_t finished);

}  // namespace blip
