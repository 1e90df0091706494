#pragma once

namespace blip {

// Unicode's general categories of a code point.
bool is_letter(char32_t c);          // L*
bool is_combining_mark(char32_t c);  // Mn, Mc
bool is_decimal_digit(char32_t c);   // Nd

}  // namespace blip
