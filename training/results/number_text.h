#pragma once

#include <cstdio>
#include <string>

namespace blip {

// A number by printf's format, as "%+.2f".
inline std::string number_text(const char* format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

}  // namespace blip
