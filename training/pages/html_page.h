#pragma once

#include <string>

namespace blip {

// Text for HTML: &, <, >, quotes.
std::string html_text(const std::string& text);

// RFC 4648.
std::string base64(const std::string& bytes);

// An <img> that carries its JPEG file; empty for no bytes.
std::string html_picture(const std::string& jpeg);

// A page up to its <h1>, which is the title. It needs nothing else, is light and dark, and as wide as a phone. Its CSS
// knows div.charts and div.samples (grids of <figure>), svg (axis, label, line0 … line5, mark), key0 …
// key5, div.scroll for wide tables, pre.
std::string html_page_head(const std::string& title);

}  // namespace blip
