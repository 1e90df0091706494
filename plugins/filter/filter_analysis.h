#pragma once

#include <memory>

#include "plugins/filter/filter_settings.h"
#include "plugins/support/analysis.h"

namespace blip {

// An analysis that tells which queries match frames or windows (ITM), of those that pass the ITC pre-filter. Findings
// have the matching queries, best first, as text, the field scores (query, probability, logit, itc, matched; best
// first), notices "blip-match" where matches begin and end, and unless mode=tag a gate. `settings` must outlive it.
std::unique_ptr<Analysis> make_filter_analysis(const Guarded<FilterSettings>& settings);

}  // namespace blip
