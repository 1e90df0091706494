#include <array>
#include <string_view>

#include "training/metrics/ptb_rules.h"

namespace blip::ptb {
namespace {

// &amp; and its like; ptb_tokenizer.cpp has replaced those of other characters.
Match entity(const Text& text, std::size_t at) {
  if (text[at] != '&') return {};
  for (const std::string_view name :
       {"&amp;", "&lt;", "&gt;", "&md;", "&ht;", "&tl;", "&ur;", "&lr;", "&qc;", "&ql;", "&qr;", "&odq;", "&cdq;"})
    if (text.has(at, name)) return whole(0, name.size());
  const std::size_t end = text.skip(at + 2, is_ascii_digit);
  return text[at + 1] == '#' && end > at + 2 && text[end] == ';' ? whole(at, end + 1) : Match{};
}

// Of one sign any number.
Match repeated(const Text& text, std::size_t at) {
  const char32_t sign = text[at];
  if (!is_one_of(sign, U"@_*#-")) return {};
  return whole(at, text.skip(at, [sign](char32_t c) { return c == sign; }));
}

Match ending(const Text& text, std::size_t at) {
  if (is_one_of(text[at], U"!?")) return whole(at, text.skip(at, [](char32_t c) { return is_one_of(c, U"!?"); }));
  if (text[at] != '.') return {};
  if (const std::size_t end = text.skip(at, [](char32_t c) { return c == '.'; }); end >= at + 3) return whole(at, end);
  std::size_t end = at + 1;  // . . .
  while (is_one_of(text[end], U" \u00A0") && text[end + 1] == '.') end += 2;
  return end >= at + 5 ? whole(at, end) : whole(at, at + 1);
}

Match quote(const Text& text, std::size_t at) {
  const auto is_other_quote = [](char32_t c) {
    return is_one_of(c, U"`\u2018\u201B\u201C\u201D\u0091\u0093\u0094\u00AB\u00BB\u2039\u203A");
  };
  if (text[at] == '"') return whole(at, at + 1);
  if (is_apostrophe(text[at])) return whole(at, text[at + 1] == '\'' ? at + 2 : at + 1);
  if (!is_other_quote(text[at])) return {};
  return whole(at, is_other_quote(text[at + 1]) ? at + 2 : at + 1);
}

// :-) and its like, when no letter follows.
Match smiley(const Text& text, std::size_t at) {
  std::size_t end = is_one_of(text[at], U"<>") ? at + 1 : at;
  if (!is_one_of(text[end], U":;=")) return {};
  ++end;
  if (is_one_of(text[end], U"-o*'") && is_one_of(text[end + 1], U"()DPdpO\\{@|[]")) ++end;
  if (!is_one_of(text[end], U"()DPdpO\\{@|[]") || is_ascii_letter(text[end + 1])) return {};
  return {end + 2 - at, end + 1 - at};
}

// ^_^, (-_-)
Match sideways_smiley(const Text& text, std::size_t at) {
  constexpr std::u32string_view kEyes = U"^x=~<>", kMoreEyes = U"-^x=~<>'";
  if (is_one_of(text[at], kMoreEyes) && text[at + 1] == '_' && is_one_of(text[at + 2], kMoreEyes)) return whole(0, 3);
  if (text[at] != '(') return {};
  if (is_one_of(text[at + 1], kEyes) && text[at + 2] == '-' && is_one_of(text[at + 3], U"^x=~<>'`") &&
      text[at + 4] == ')')
    return whole(0, 5);
  if (!is_one_of(text[at + 1], kMoreEyes)) return {};
  const std::size_t eye = is_one_of(text[at + 2], U"_.") ? at + 3 : at + 2;
  return is_one_of(text[eye], kMoreEyes) && text[eye + 1] == ')' ? whole(at, eye + 2) : Match{};
}

Match single(const Text& text, std::size_t at) {
  const char32_t sign = text[at];
  const bool known = is_one_of(sign, U"()[]{}/\u2013\u2014\u2015\u0096\u0097\u2026\u0085") || is_symbol(sign);
  return known ? whole(0, 1) : Match{};
}

Match doubled(const Text& text, std::size_t at) {
  return text.has(at, "<<") || text.has(at, ">>") ? whole(0, 2) : Match{};
}

}  // namespace

Match sign_match(const Text& text, std::size_t at) {
  Match best;
  for (const auto rule : {entity, ending, repeated, quote, smiley, sideways_smiley, doubled, single})
    keep_longer(best, rule(text, at));
  return best;
}

}  // namespace blip::ptb
