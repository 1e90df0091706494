#include "pipelines/serve/http/http_date.h"

#include <array>
#include <cstdio>
#include <cstring>

namespace blip {
namespace {

// Not strftime's: those follow the locale.
constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

std::string http_date(std::time_t time) {
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT",
                kDays[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                kMonths[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900, parts.tm_hour, parts.tm_min,
                parts.tm_sec);
  return text;
}

std::optional<std::time_t> parse_http_date(const std::string& text) {
  std::tm parts{};
  char day[4] = {}, month[4] = {};
  if (std::sscanf(text.c_str(), "%3s, %2d %3s %4d %2d:%2d:%2d GMT", day, &parts.tm_mday, month, &parts.tm_year,
                  &parts.tm_hour, &parts.tm_min, &parts.tm_sec) != 7)
    return std::nullopt;
  parts.tm_year -= 1900;
  for (parts.tm_mon = 0; parts.tm_mon < 12; ++parts.tm_mon)
    if (std::strcmp(kMonths[static_cast<std::size_t>(parts.tm_mon)], month) == 0) break;
  if (parts.tm_mon == 12) return std::nullopt;
  const std::time_t time = timegm(&parts);
  return http_date(time) == text ? std::optional(time) : std::nullopt;
}

}  // namespace blip
