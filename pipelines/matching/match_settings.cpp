#include "pipelines/matching/match_settings.h"

#include <algorithm>
#include <sstream>

#include "pipelines/records/output_plan.h"
#include "pipelines/terminal/clock_text.h"
#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

std::string spelled(double number) {
  std::ostringstream out;
  out << number;
  return out.str();
}

}  // namespace

double MatchSettings::end_threshold() const {
  constexpr double kUsual = 0.4;
  return threshold_off.value_or(std::min(kUsual, threshold));
}

void MatchSettings::take_texts() {
  if (!texts.empty() || !queries_file.empty()) return;
  if (files.size() < 2)
    throw UsageError("what should be looked for? gst-blip match FILE \"a red car\"; or -q TEXT, or --queries FILE");
  texts.assign(files.begin() + 1, files.end());
  files.resize(1);
}

void MatchSettings::validate() const {
  const auto is_blank = [](const std::string& text) { return text.find_first_not_of(" \t\n;-") == std::string::npos; };
  if (std::any_of(texts.begin(), texts.end(), is_blank)) throw UsageError("a text to look for is empty");
  if (end_threshold() > threshold)
    throw UsageError("--threshold-off is " + spelled(end_threshold()) + ", above --threshold " + spelled(threshold) +
                     "; a match could never last");
  if (!window && overlap) throw UsageError("--overlap without --window; give the length of the windows, too");
  if (window && overlap && *overlap >= *window)
    throw UsageError("--overlap is " + seconds_text(*overlap) + " s, --window " + seconds_text(*window) +
                     " s; the overlap must be shorter");
  if (scores && plan_output(*this).format != OutputFormat::kJson)
    throw UsageError("--scores needs --format json: one object a picture");
}

}  // namespace blip
