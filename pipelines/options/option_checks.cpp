#include "pipelines/options/option_checks.h"

#include <CLI/TypeTools.hpp>
#include <limits>
#include <sstream>
#include <string_view>

#include "pipelines/terminal/duration_text.h"

namespace blip {
namespace {

bool is_whole_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::string check_device(const std::string& value) {
  const bool known = value == "auto" || value == "cpu" || value == "torch" || value == "cuda" ||
                     (value.rfind("cuda:", 0) == 0 && is_whole_number(value.substr(5)));
  return known ? "" : "'" + value + "' is none of auto, cpu, cuda, cuda:N, torch";
}

std::string check_above_zero(const std::string& value) {
  double number = 0;
  return CLI::detail::lexical_cast(value, number) && number > 0 && number <= std::numeric_limits<float>::max()
             ? ""
             : "'" + value + "' is not a number above 0";
}

std::string check_seed(const std::string& value) {
  return is_whole_number(value) ? "" : "'" + value + "' is not a whole number of 0 or more";
}

std::string check_duration(const std::string& value) {
  const auto duration = parse_duration(value);
  return duration && *duration > 0 ? "" : "'" + value + "' is no duration above 0 such as 8s, 1.5s, 200ms or 2min";
}

std::function<std::string(const std::string&)> check_between(double low, double high) {
  return [low, high](const std::string& value) {
    double number = 0;
    if (CLI::detail::lexical_cast(value, number) && number >= low && number <= high) return std::string();
    std::ostringstream out;
    out << "'" << value << "' is not a number from " << low << " to " << high;
    return out.str();
  };
}

}  // namespace blip
