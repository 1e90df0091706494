#include "pipelines/terminal/progress.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

#include "pipelines/terminal/clock_text.h"
#include "pipelines/terminal/cue_text.h"

namespace blip {

std::string progress_text(const Progress& progress) {
  constexpr int kBarWidth = 20;
  std::ostringstream out;
  if (progress.count > 1) out << '[' << progress.number << '/' << progress.count << "] ";
  out << one_line(progress.source) << ' ';
  if (progress.duration <= 0) {
    out << short_duration_text(progress.position);
    return out.str();
  }

  const double done =
      std::clamp(static_cast<double>(progress.position) / static_cast<double>(progress.duration), 0.0, 1.0);
  const int filled = static_cast<int>(done * kBarWidth);
  out << '[' << std::string(filled, '#') << std::string(kBarWidth - filled, '-') << "] " << std::setw(3)
      << static_cast<int>(done * 100) << " % " << short_duration_text(progress.position) << " of "
      << short_duration_text(progress.duration);
  if (done > 0) {
    const double left = static_cast<double>(progress.elapsed) * (1 - done) / done;
    out << ", ETA " << short_duration_text(std::llround(left));
  }
  return out.str();
}

}  // namespace blip
