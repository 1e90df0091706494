#pragma once

#include <string>

#include "training/capfilt/capfilt_report.h"

namespace blip {

// One HTML page that needs nothing else: counts that add up, by reason, histograms of the ITM probabilities, samples of
// kept and dropped pairs, the settings. Light and dark, and as wide as a phone.
std::string capfilt_report_page(const CapFiltReport& report);

}  // namespace blip
