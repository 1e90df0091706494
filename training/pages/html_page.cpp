#include "training/pages/html_page.h"

#include <cstdint>
#include <string_view>

namespace blip {
namespace {

constexpr const char* kStyle = R"(<style>
:root { color-scheme: light dark; --ink: #1c1e21; --soft: #62676d; --rule: #d9dcdf; --page: #fff; --card: #f5f6f7;
  --c0: #1f6fb2; --c1: #c2410c; --c2: #15803d; --c3: #7e22ce; --c4: #a16207; --c5: #0e7490; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ea; --soft: #a0a6ad; --rule: #3a3f45; --page: #16181b;
  --card: #202327; --c0: #6cb6ff; --c1: #ff9d66; --c2: #5fd38d; --c3: #d2a8ff; --c4: #e3b341; --c5: #56d4dd; } }
body { margin: 0 auto; max-width: 1100px; padding: 16px; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0 0 4px; } h2 { font-size: 1.1rem; margin: 28px 0 8px; }
p, figcaption { color: var(--soft); margin: 0 0 8px; }
.charts, .samples { display: grid; gap: 16px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr)); }
.samples { grid-template-columns: repeat(auto-fill, minmax(min(100%, 200px), 1fr)); }
figure { margin: 0; padding: 12px; background: var(--card); border-radius: 8px; overflow-wrap: anywhere; }
figure img { width: 100%; border-radius: 4px; image-rendering: auto; }
svg { width: 100%; height: auto; display: block; }
.axis { stroke: var(--rule); fill: none; } .label { fill: var(--soft); font-size: 15px; }
[class^=line] { fill: none; stroke-width: 1.8; }
.line0 { stroke: var(--c0); } .line1 { stroke: var(--c1); } .line2 { stroke: var(--c2); }
.line3 { stroke: var(--c3); } .line4 { stroke: var(--c4); } .line5 { stroke: var(--c5); }
.mark { stroke: var(--ink); stroke-dasharray: 4 3; }
.key0 { color: var(--c0); } .key1 { color: var(--c1); } .key2 { color: var(--c2); }
.key3 { color: var(--c3); } .key4 { color: var(--c4); } .key5 { color: var(--c5); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; min-width: 260px; }
td, th { text-align: left; padding: 4px 16px 4px 0; border-bottom: 1px solid var(--rule); }
td + td { font-variant-numeric: tabular-nums; }
pre { overflow-x: auto; padding: 12px; background: var(--card); border-radius: 8px; font-size: 13px; }
</style>
)";

}  // namespace

std::string html_text(const std::string& text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string base64(const std::string& bytes) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) text += i + k <= bytes.size() ? kLetters[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

std::string html_picture(const std::string& jpeg) {
  return jpeg.empty() ? "" : "<img alt=\"\" src=\"data:image/jpeg;base64," + base64(jpeg) + "\">";
}

std::string html_page_head(const std::string& title) {
  return "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
         html_text(title) + "</title>\n" + kStyle + "<h1>" + html_text(title) + "</h1>\n";
}

}  // namespace blip
