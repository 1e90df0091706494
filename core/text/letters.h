#pragma once

namespace blip {

// Unicode's general categories of a code point, and its property White_Space.
bool is_letter(char32_t c);          // L*
bool is_number(char32_t c);          // N*
bool is_combining_mark(char32_t c);  // Mn, Mc
bool is_decimal_digit(char32_t c);   // Nd
bool is_white_space(char32_t c);     // White_Space: what \s matches in GPT-2's pattern

}  // namespace blip
