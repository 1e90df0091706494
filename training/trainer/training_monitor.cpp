#include "training/trainer/training_monitor.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

namespace blip {
namespace {

std::string duration(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::llround(std::clamp(seconds, 0.0, 1e9)));
  std::ostringstream out;
  out << std::setfill('0');
  if (whole >= 3600) out << whole / 3600 << ':' << std::setw(2);
  out << whole / 60 % 60 << ':' << std::setw(2) << whole % 60;
  return out.str();
}

std::string part_name(const std::string& name) {
  return name.starts_with("loss_") ? name.substr(5) : name;
}

}  // namespace

std::string progress_line(const TrainingProgress& progress) {
  std::ostringstream out;
  out << "step " << progress.step << '/' << progress.steps << ", epoch " << progress.epoch;
  for (std::size_t i = 0; i < progress.losses.size(); ++i) {
    const auto& [name, value] = progress.losses[i];
    out << (i == 0 ? ", " : i == 1 ? " (" : ", ") << part_name(name) << ' ' << std::setprecision(4) << value;
  }
  out << (progress.losses.size() > 1 ? ")" : "") << ", lr " << std::setprecision(3) << progress.lr << ", "
      << std::setprecision(4) << progress.samples_per_second << " samples/s, ETA " << duration(progress.seconds_left);
  return out.str();
}

}  // namespace blip
