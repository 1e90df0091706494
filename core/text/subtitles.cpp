#include "core/text/subtitles.h"

#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "core/base/error.h"
#include "core/text/utf8.h"

namespace blip {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF", kArrow = "-->", kBlanks = " \t";

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// Lines, ended by LF, CR LF or CR.
std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find_first_of("\r\n", begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + (text.substr(end).starts_with("\r\n") ? 2 : 1);
  }
  return lines;
}

// Takes digits from the front: how many there are must be in [least, most].
std::optional<double> take_number(std::string_view& text, std::size_t least, std::size_t most) {
  double value = 0;
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9')
    value = value * 10 + (text[digits++] - '0');
  if (digits < least || digits > most) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

// "[HH:]MM:SS,mmm", with a point or a comma.
std::optional<double> parse_time(std::string_view text) {
  constexpr double kSixty = 60;
  std::vector<double> parts;
  while (parts.size() < 3) {
    const auto part = take_number(text, 1, 6);
    if (!part) return std::nullopt;
    parts.push_back(*part);
    if (!text.starts_with(':')) break;
    text.remove_prefix(1);
  }
  if (parts.size() < 2 || text.empty() || (text[0] != ',' && text[0] != '.')) return std::nullopt;
  text.remove_prefix(1);
  const std::size_t digits = text.size();
  const auto fraction = take_number(text, 1, 3);
  if (!fraction || !text.empty()) return std::nullopt;
  const double seconds = parts.back(), minutes = parts[parts.size() - 2];
  if (seconds >= kSixty || (parts.size() == 3 && minutes >= kSixty)) return std::nullopt;
  const double hours = parts.size() == 3 ? parts[0] : 0;
  return (hours * kSixty + minutes) * kSixty + seconds + *fraction / std::pow(10, static_cast<double>(digits));
}

std::string without_tags(std::string_view line) {
  std::string result;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char next = i + 1 < line.size() ? line[i + 1] : '\0';
    const bool tag = line[i] == '<' && (next == '/' || (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') ||
                                        (next >= '0' && next <= '9'));
    const bool override_code = line[i] == '{' && next == '\\';
    if (tag || override_code) {
      const std::size_t end = line.find(tag ? '>' : '}', i);
      if (end != std::string_view::npos) {
        i = end;
        continue;
      }
    }
    result += line[i];
  }
  return result;
}

std::string without_references(std::string text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kReferences{
      {{"&lt;", "<"}, {"&gt;", ">"}, {"&nbsp;", " "}, {"&lrm;", ""}, {"&rlm;", ""}, {"&amp;", "&"}}};
  for (const auto& [name, value] : kReferences)
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size()))
      text.replace(at, name.size(), value);
  return text;
}

// A run of lines that are not blank.
class BlockReader {
 public:
  BlockReader(std::vector<std::string_view> lines, std::string name, bool vtt)
      : lines_(std::move(lines)), name_(std::move(name)), vtt_(vtt) {}

  Subtitles read() {
    for (std::size_t begin = 0; begin < lines_.size();) {
      std::size_t end = begin;
      while (end < lines_.size() && !trim(lines_[end]).empty()) ++end;
      if (end > begin) read_block(begin, end);
      begin = end + 1;
    }
    return std::move(result_);
  }

 private:
  void read_block(std::size_t begin, std::size_t end) {
    std::size_t timing = begin;
    while (timing < end && lines_[timing].find(kArrow) == std::string_view::npos) ++timing;
    if (timing == end) {
      if (!vtt_) warn(begin, "no times");
      return;  // WebVTT's header, notes, styles and regions
    }
    const std::string_view line = lines_[timing];
    const std::size_t arrow = line.find(kArrow);
    const std::string_view behind = trim(line.substr(arrow + kArrow.size()));
    const auto start = parse_time(trim(line.substr(0, arrow)));
    const auto stop = parse_time(behind.substr(0, behind.find_first_of(kBlanks)));
    if (!start || !stop) return warn(timing, "'" + std::string(trim(line)) + "' are no times");
    if (*stop <= *start) return warn(timing, "'" + std::string(trim(line)) + "' does not end after its start");
    std::string text;
    for (std::size_t i = timing + 1; i < end; ++i) {
      const std::string plain = without_tags(lines_[i]);
      const std::string_view words = trim(plain);
      if (!words.empty()) text += (text.empty() ? "" : " ") + std::string(words);
    }
    if (vtt_) text = without_references(std::move(text));
    if (trim(text).empty()) return warn(timing, "no text");
    result_.cues.push_back({*start, *stop, std::move(text)});
  }

  void warn(std::size_t line, const std::string& what) {
    result_.warnings.push_back(name_ + ":" + std::to_string(line + 1) + ": " + what);
  }

  std::vector<std::string_view> lines_;
  std::string name_;
  bool vtt_;
  Subtitles result_;
};

}  // namespace

Subtitles parse_subtitles(std::string_view text, const std::string& name) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (!is_utf8(text)) throw Error(ErrorKind::kInvalidData, "subtitles '" + name + "' are not UTF-8");
  return BlockReader(split_lines(text), name, text.starts_with("WEBVTT")).read();
}

Subtitles read_subtitles(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file))
    throw Error(ErrorKind::kNotFound, "subtitles '" + file.string() + "' do not exist");
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.is_open() || in.bad()) throw Error(ErrorKind::kFailed, "cannot read subtitles '" + file.string() + "'");
  return parse_subtitles(text, file.string());
}

}  // namespace blip
