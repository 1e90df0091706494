#include <algorithm>
#include <string_view>

#include "training/metrics/ptb_rules.h"

namespace blip::ptb {
namespace {

bool is_address_blank(char32_t c) {
  return is_one_of(c, U" \t\n\f\r");
}

// The end of characters for which `inside` holds, without those at its end for which `last` does not. `at` for fewer
// than two.
template <class Inside, class Last>
std::size_t trimmed_end(const Text& text, std::size_t at, const Inside& inside, const Last& last) {
  std::size_t end = text.skip(at, inside);
  while (end > at + 1 && !last(text[end - 1])) --end;
  return end >= at + 2 ? end : at;
}

Match page(const Text& text, std::size_t at) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!text.has(at, scheme)) continue;
    const std::size_t begin = at + scheme.size();
    const std::size_t end = trimmed_end(
        text, begin, [](char32_t c) { return !is_address_blank(c) && !is_one_of(c, U"\"<>|(){}"); },
        [](char32_t c) { return !is_one_of(c, U".!?,-"); });
    if (end > begin) return whole(at, end);
  }
  return {};
}

bool is_host_character(char32_t c) {
  return !is_address_blank(c) && !is_one_of(c, U"\"`'<>|.!?(){},:/$-_");
}

// The end of "a.b." before the last part of a name, by the number of its parts; the last part's end is in `end`.
struct Host {
  std::size_t last_begin = 0, end = 0;
  int parts = 0;
};

Host host_at(const Text& text, std::size_t at) {
  Host host{at, at, 0};
  for (std::size_t begin = at;;) {
    const std::size_t end = text.skip_within_reach(begin, is_host_character);
    if (end == begin) break;
    host = {begin, end, host.parts + 1};
    if (text[end] != '.') break;
    begin = end + 1;
  }
  return host;
}

// www.example.com/page and example.org without a scheme; a page only behind a name in lower case.
Match bare_page(const Text& text, std::size_t at) {
  const Host host = host_at(text, at);
  if (host.parts < 2) return {};
  const std::size_t letters = text.skip(host.last_begin, is_ascii_letter);
  bool known = false;
  for (const std::string_view domain : {"com", "net", "org", "edu"})
    known = known || (text.has(host.last_begin, domain) && letters == host.last_begin + domain.size());
  const bool world_wide =
      text.has(at, "www.") && host.parts > 2 && letters - host.last_begin >= 2 && letters - host.last_begin <= 4;
  if ((!known && !world_wide) || letters != host.end) return {};
  std::size_t end = letters;
  const auto host_text = text.part(at, end);
  const bool lower = std::none_of(host_text.begin(), host_text.end(), is_ascii_upper);
  if (text[end] == '/' && lower) {
    const std::size_t path = trimmed_end(
        text, end + 1, [](char32_t c) { return !is_address_blank(c) && !is_one_of(c, U"\"<>|()"); },
        [](char32_t c) { return !is_one_of(c, U".!?(){},-"); });
    if (path > end + 1) end = path;
  }
  return is_ascii_letter(text[end]) ? Match{} : Match{end - at + 1, end - at};
}

Match mail(const Text& text, std::size_t at) {
  const std::size_t begin = text[at] == '<' ? at + 1 : at;
  if (!is_ascii_word(text[begin])) return {};
  const auto inside = [](char32_t c) { return !is_address_blank(c) && !is_one_of(c, U"\"<>|()\u00A0@"); };
  const std::size_t sign = text.skip_within_reach(begin, inside);
  if (text[sign] != '@' || !inside(text[sign + 1])) return {};
  const std::size_t end = trimmed_end(
      text, sign, [&](char32_t c) { return inside(c) || c == '@'; }, [](char32_t c) { return !is_one_of(c, U".,;:"); });
  if (end <= sign + 1) return {};
  return whole(at, text[end] == '>' ? end + 1 : end);
}

// @name and #tag
Match handle(const Text& text, std::size_t at) {
  const auto inside = [](char32_t c) { return is_ascii_word(c) || c == '_'; };
  if (text[at] == '@' && (is_ascii_letter(text[at + 1]) || text[at + 1] == '_'))
    return whole(at, text.skip(at + 1, inside));
  if (text[at] != '#' || !is_letter(text[at + 1])) return {};
  return whole(at, text.skip(at + 1, [&](char32_t c) { return inside(c) || is_letter(c); }));
}

// <b>, </b>, <a href="x">, <!-- x -->
Match markup(const Text& text, std::size_t at) {
  if (text[at] != '<') return {};
  const auto in_line = [](char32_t c) { return c != '>' && c != '\n' && c != '\r'; };
  if (is_one_of(text[at + 1], U"!?") && (is_ascii_letter(text[at + 2]) || text[at + 2] == '-')) {
    const std::size_t end = text.skip(at + 2, in_line);
    return text[end] == '>' ? whole(at, end + 1) : Match{};
  }
  const auto in_name = [](char32_t c) { return is_ascii_word(c) || is_one_of(c, U":.-"); };
  std::size_t end = text[at + 1] == '/' ? at + 2 : at + 1;
  if (!is_ascii_letter(text[end])) return {};
  end = text.skip(end, in_name);
  while (text[end] != '>') {
    const std::size_t begin = end;
    end = text.skip(end, [](char32_t c) { return c == ' '; });
    if (text[end] == '/') ++end;
    if (end > begin && is_ascii_letter(text[end])) {
      end = text.skip(end, in_name);
      const std::size_t equals = text.skip(end, [](char32_t c) { return c == ' '; });
      if (text[equals] == '=') end = text.skip(equals + 1, [](char32_t c) { return c == ' '; });
    }
    if (is_one_of(text[end], U"'\"")) {
      end = text.skip(end + 1, [](char32_t c) { return !is_one_of(c, U"'\"\r\n"); });
      if (!is_one_of(text[end], U"'\"")) return {};
      ++end;
    }
    if (end == begin) return {};
  }
  return whole(at, end + 1);
}

}  // namespace

Match address_match(const Text& text, std::size_t at) {
  Match best;
  for (const auto rule : {markup, page, bare_page, mail, handle}) keep_longer(best, rule(text, at));
  return best;
}

}  // namespace blip::ptb
