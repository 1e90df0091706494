#include "pipelines/serve/http/http_head.h"

#include <algorithm>

namespace blip {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kMostDigits = 18;  // of a length: no overflow

bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_token_char(char c) {
  return is_letter(c) || is_digit(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}
int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view without_blanks(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

void check_target(std::string_view target, const HeadLimits& limits) {
  if (target.size() > limits.target) throw HttpRefusal(414, "the address is too long");
  if (target.empty() || target.front() != '/') throw HttpRefusal(400, "the address must begin with '/'");
  for (std::size_t i = 0; i < target.size(); ++i) {
    if (target[i] <= ' ' || target[i] > '~') throw HttpRefusal(400, "the address holds a byte that must be escaped");
    if (target[i] != '%') continue;
    const int high = i + 2 < target.size() ? hex_value(target[i + 1]) : -1;
    const int low = i + 2 < target.size() ? hex_value(target[i + 2]) : -1;
    if (high < 0 || low < 0) throw HttpRefusal(400, "the address holds a '%' without two hexadecimal digits");
    if (high + low == 0) throw HttpRefusal(400, "the address holds a zero byte");
    i += 2;
  }
}

void parse_request_line(std::string_view line, const HeadLimits& limits, HttpHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) throw HttpRefusal(400, "the request line has not three parts");
  const std::string_view method = line.substr(0, first);
  const std::string_view version = line.substr(last + 1);
  if (method.empty() || !std::all_of(method.begin(), method.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
    throw HttpRefusal(400, "the method is not a word in upper case");
  static constexpr std::string_view kMethods[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"};
  if (std::find(std::begin(kMethods), std::end(kMethods), method) == std::end(kMethods))
    throw HttpRefusal(501, "this method is not known here");
  check_target(line.substr(first + 1, last - first - 1), limits);
  if (version.substr(0, 5) != "HTTP/") throw HttpRefusal(400, "the request line does not end with a version");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") throw HttpRefusal(505, "only HTTP/1.1 and 1.0 are spoken here");
  head.method = method;
  head.target = line.substr(first + 1, last - first - 1);
  head.minor = version.back() - '0';
}

std::pair<std::string, std::string> parse_header(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) throw HttpRefusal(400, "a header has no name");
  const std::string_view name = line.substr(0, colon);
  if (!std::all_of(name.begin(), name.end(), is_token_char))
    throw HttpRefusal(400, "a header's name holds a character that is not allowed");
  const std::string_view value = without_blanks(line.substr(colon + 1));
  for (const char c : value)
    if ((static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7f')
      throw HttpRefusal(400, "a header holds a control character");
  return {lower_case(name), std::string(value)};
}

void read_length(HttpHead& head) {
  if (head.header("transfer-encoding") != nullptr)
    throw HttpRefusal(411, "a body needs a Content-Length here; Transfer-Encoding is not understood");
  if (head.header("content-encoding") != nullptr)
    throw HttpRefusal(415, "a body must be sent as it is, without Content-Encoding");
  const std::string* length = head.header("content-length");
  if (length == nullptr) return;
  if (length->empty() || length->size() > kMostDigits || !std::all_of(length->begin(), length->end(), is_digit))
    throw HttpRefusal(400, "Content-Length is not a number of bytes");
  head.has_content_length = true;
  head.content_length = std::stoull(*length);
}

// Headers that decide where a message ends or whom it is for may stand there once only.
void check_single(const HttpHead& head) {
  for (const std::string_view name : {"host", "content-length", "content-type", "authorization", "range", "origin"}) {
    const auto count = std::count_if(head.headers.begin(), head.headers.end(),
                                     [&](const auto& header) { return header.first == name; });
    if (count > 1) throw HttpRefusal(400, "the header '" + std::string(name) + "' is there twice");
  }
  if (head.minor == 1 && head.header("host") == nullptr) throw HttpRefusal(400, "the header 'host' is missing");
}

}  // namespace

const std::string* HttpHead::header(std::string_view lower_case_name) const {
  const auto found =
      std::find_if(headers.begin(), headers.end(), [&](const auto& header) { return header.first == lower_case_name; });
  return found == headers.end() ? nullptr : &found->second;
}

std::optional<std::size_t> head_end(std::string_view bytes, const HeadLimits& limits) {
  const std::size_t end = bytes.find("\r\n\r\n");
  const std::size_t length = end == std::string_view::npos ? bytes.size() : end + 4;
  if (length > limits.bytes) {
    const bool one_line = bytes.substr(0, limits.bytes).find(kLineEnd) == std::string_view::npos;
    throw HttpRefusal(one_line ? 414 : 431, one_line ? "the address is too long" : "the headers are too long");
  }
  return end == std::string_view::npos ? std::nullopt : std::optional(length);
}

HttpHead parse_head(std::string_view text, const HeadLimits& limits) {
  HttpHead head;
  const auto next_line = [&text] {
    const std::size_t end = text.find(kLineEnd);
    if (end == std::string_view::npos) throw HttpRefusal(400, "a line does not end");
    const std::string_view line = text.substr(0, end);
    if (line.find_first_of("\r\n") != std::string_view::npos) throw HttpRefusal(400, "a line ends with half an end");
    text.remove_prefix(end + kLineEnd.size());
    return line;
  };
  parse_request_line(next_line(), limits, head);
  for (std::string_view line = next_line(); !line.empty(); line = next_line()) {
    if (head.headers.size() == limits.headers) throw HttpRefusal(431, "there are too many headers");
    head.headers.push_back(parse_header(line));
  }
  check_single(head);
  read_length(head);
  if (const std::string* expect = head.header("expect")) {
    if (lower_case(*expect) != "100-continue") throw HttpRefusal(417, "this expectation cannot be met");
    head.expects_continue = true;
  }
  const std::string* connection = head.header("connection");
  const std::string wish = connection != nullptr ? lower_case(*connection) : "";
  head.keep_alive = head.minor == 1 && wish.find("close") == std::string::npos;
  return head;
}

}  // namespace blip
