#pragma once

#include <functional>
#include <string>

namespace blip {

// Checks of option values for CLI11: given the value, they return what is wrong with it, or nothing.
std::string check_device(const std::string& value);      // auto, cpu, cuda, cuda:N, torch
std::string check_above_zero(const std::string& value);  // a finite number
std::string check_seed(const std::string& value);        // a whole number of 0 or more
std::string check_duration(const std::string& value);    // what parse_duration() takes, above 0
// A number, NaN refused (CLI::Range lets it through).
std::function<std::string(const std::string&)> check_between(double low, double high);

}  // namespace blip
