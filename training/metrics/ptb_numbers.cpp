#include <algorithm>

#include "training/metrics/ptb_rules.h"

namespace blip::ptb {
namespace {

std::size_t digits_end(const Text& text, std::size_t at, std::size_t most) {
  return std::min(text.skip(at, is_digit), at + most);
}

bool is_run(std::size_t begin, std::size_t end, std::size_t least, std::size_t most) {
  return end - begin >= least && end - begin <= most;
}

// 12, 1,000.5, 10:30, .5, :30 and with a sign.
Match number(const Text& text, std::size_t at) {
  std::size_t end = is_one_of(text[at], U"-+") ? at + 1 : at;
  const bool bare = is_one_of(text[end], U".:,") && is_digit(text[end + 1]);
  if (!is_digit(text[end]) && !bare) return {};
  end = text.skip(end, is_digit);
  while (is_one_of(text[end], U".:,") && is_digit(text[end + 1])) end = text.skip(end + 1, is_digit);
  return whole(at, end);
}

// 10/12/2014, 2014-10-12
Match date(const Text& text, std::size_t at) {
  const auto is_between = [](char32_t c) { return c == '-' || c == '/'; };
  const std::size_t first = text.skip(at, is_digit);
  if (first == at || !is_between(text[first])) return {};
  const std::size_t second = text.skip(first + 1, is_digit);
  if (!is_run(first + 1, second, 1, 2) || !is_between(text[second])) return {};
  const std::size_t third = text.skip(second + 1, is_digit);
  if (is_run(at, first, 1, 2) && third - second > 2) return whole(at, std::min(third, second + 5));
  if (is_run(at, first, 4, 4) && third - second > 1) return whole(at, std::min(third, second + 3));
  return {};
}

// 1/2, 3 1/2, 3-1/2
Match fraction(const Text& text, std::size_t at) {
  const auto plain_end = [&](std::size_t begin) {
    const std::size_t slash = text.skip(begin, is_digit);
    if (!is_run(begin, slash, 1, 4) || !is_one_of(text[slash], U"/\u2044")) return begin;
    const std::size_t end = digits_end(text, slash + 1, 4);
    return end > slash + 1 ? end : begin;
  };
  Match best = whole(at, plain_end(at));
  const std::size_t space = text.skip(at, is_digit);
  if (is_run(at, space, 1, 4) && is_one_of(text[space], U"- \u00A0"))
    if (const std::size_t end = plain_end(space + 1); end > space + 1) best = whole(at, end);
  return best;
}

bool is_phone_gap(char32_t c) {
  return is_one_of(c, U"- \u00A0");
}

// The last seven digits or so, in two groups or one. `at` where there are none.
std::size_t phone_tail(const Text& text, std::size_t at) {
  const std::size_t group = text.skip(at, is_ascii_digit);
  if (is_run(at, group, 3, 4) && is_phone_gap(text[group])) {
    const std::size_t end = std::min(text.skip(group + 1, is_ascii_digit), group + 6);
    return end - group > 3 ? end : at;
  }
  return group - at >= 6 ? std::min(group, at + 9) : at;
}

// 555.123.4567
std::size_t dotted_phone_end(const Text& text, std::size_t at) {
  const auto tail = [&](std::size_t begin) {
    const std::size_t first = text.skip(begin, is_ascii_digit);
    if (!is_run(begin, first, 2, 4) || text[first] != '.') return begin;
    const std::size_t second = text.skip(first + 1, is_ascii_digit);
    if (!is_run(first + 1, second, 3, 4) || text[second] != '.') return begin;
    const std::size_t third = std::min(text.skip(second + 1, is_ascii_digit), second + 6);
    return third - second > 3 ? third : begin;
  };
  const std::size_t first = text.skip(at, is_ascii_digit);
  if (is_run(at, first, 2, 4) && text[first] == '.')
    if (const std::size_t end = tail(first + 1); end > first + 1) return end;
  return tail(at);
}

Match phone(const Text& text, std::size_t at) {
  if (text[at] == '(') {
    const std::size_t area = text.skip(at + 1, is_ascii_digit);
    if (!is_run(at + 1, area, 2, 3) || text[area] != ')') return {};
    const std::size_t begin = is_one_of(text[area + 1], U" \u00A0") ? area + 2 : area + 1;
    const std::size_t end = phone_tail(text, begin);
    return end > begin ? whole(at, end) : Match{};
  }
  std::size_t begin = at;
  while (begin < at + 2 && text[begin] == '+') ++begin;
  Match best;
  if (const std::size_t end = dotted_phone_end(text, begin); end > begin) keep_longer(best, whole(at, end));
  for (int groups = 0; groups < 2; ++groups) {
    const std::size_t group = text.skip(begin, is_ascii_digit);
    if (!is_run(begin, group, 2, 4) || !is_phone_gap(text[group])) break;
    begin = group + 1;
    if (const std::size_t end = phone_tail(text, begin); end > begin) keep_longer(best, whole(at, end));
  }
  return best;
}

// $, US$ and #; other currencies and ready-made fractions are single characters.
Match money(const Text& text, std::size_t at) {
  const std::size_t letters = text.skip(at, is_ascii_upper);
  if (text[letters] == '$') return whole(at, letters + 1);
  return text[at] == '#' || is_one_of(text[at], U"\u00A2\u00A3\u00A4\u0080\u20A0\u20AC\u00BC\u00BD\u00BE\u2153\u2154")
             ? whole(at, at + 1)
             : Match{};
}

// Raised and lowered digits.
Match small_number(const Text& text, std::size_t at) {
  const std::size_t begin = is_one_of(text[at], U"\u207A\u207B\u208A\u208B") ? at + 1 : at;
  std::size_t end = text.skip(
      begin, [](char32_t c) { return is_one_of(c, U"\u2070\u00B9\u00B2\u00B3") || (c >= 0x2074 && c <= 0x2079); });
  if (end == begin) end = text.skip(begin, [](char32_t c) { return c >= 0x2080 && c <= 0x2089; });
  return end > begin ? whole(at, end) : Match{};
}

}  // namespace

Match number_match(const Text& text, std::size_t at) {
  Match best;
  for (const auto rule : {date, number, small_number, fraction, phone, money}) keep_longer(best, rule(text, at));
  return best;
}

}  // namespace blip::ptb
