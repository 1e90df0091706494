#include "tests/plugins/caption/subtitle_files.h"

#include <fstream>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace blip::test {
namespace {

class Reader {
 public:
  explicit Reader(const std::string& file) : in_(file) {
    if (!in_) throw std::runtime_error("cannot open " + file);
  }
  bool next() { return static_cast<bool>(std::getline(in_, line_)); }
  const std::string& line() const { return line_; }
  void expect(bool good, const char* what) const {
    if (!good) throw std::runtime_error(std::string("expected ") + what + ", not '" + line_ + "'");
  }

 private:
  std::ifstream in_;
  std::string line_;
};

// "00:00:01,500 --> 00:00:02,000", to the letter; `point` stands before the milliseconds.
std::optional<TimedText> read_times(const std::string& line, char point) {
  constexpr std::string_view kShape = "dd:dd:dd?ddd --> dd:dd:dd?ddd";
  if (line.size() != kShape.size()) return std::nullopt;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool digit = line[i] >= '0' && line[i] <= '9';
    const char wanted = kShape[i] == '?' ? point : kShape[i];
    if (wanted == 'd' ? !digit : line[i] != wanted) return std::nullopt;
  }
  const auto number = [&line](std::size_t at, std::size_t digits) { return std::stoull(line.substr(at, digits)); };
  const auto time = [&number](std::size_t at) {
    return ((number(at, 2) * 60 + number(at + 3, 2)) * 60 + number(at + 6, 2)) * 1000 + number(at + 9, 3);
  };
  return TimedText{time(0), time(17), ""};
}

// From the line of times on to the blank line after the text.
TimedText read_cue(Reader& reader, char point) {
  auto cue = read_times(reader.line(), point);
  reader.expect(cue.has_value(), "a line of times");
  reader.expect(reader.next() && !reader.line().empty(), "text");
  cue->text = reader.line();
  if (reader.next()) reader.expect(reader.line().empty(), "a blank line");
  return *cue;
}

}  // namespace

std::vector<TimedText> read_srt(const std::string& file) {
  std::vector<TimedText> cues;
  for (Reader reader(file); reader.next();) {
    reader.expect(reader.line() == std::to_string(cues.size() + 1), "the cue's number");
    reader.expect(reader.next(), "a line of times");
    cues.push_back(read_cue(reader, ','));
  }
  return cues;
}

std::vector<TimedText> read_webvtt(const std::string& file) {
  std::vector<TimedText> cues;
  Reader reader(file);
  reader.expect(reader.next() && reader.line() == "WEBVTT", "WEBVTT");
  while (reader.next()) {
    if (!reader.line().empty()) cues.push_back(read_cue(reader, '.'));
  }
  return cues;
}

}  // namespace blip::test
