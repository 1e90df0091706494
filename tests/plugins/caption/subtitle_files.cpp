#include "tests/plugins/caption/subtitle_files.h"

#include <fstream>
#include <regex>
#include <stdexcept>

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

std::uint64_t milliseconds(const std::smatch& match, std::size_t first) {
  const auto number = [&match](std::size_t i) { return static_cast<std::uint64_t>(std::stoul(match[i])); };
  return ((number(first) * 60 + number(first + 1)) * 60 + number(first + 2)) * 1000 + number(first + 3);
}

// From the line of times on to the blank line after the text.
TimedText read_cue(Reader& reader, const std::regex& times) {
  std::smatch match;
  const std::string line = reader.line();
  reader.expect(std::regex_match(line, match, times), "a line of times");
  TimedText cue{milliseconds(match, 1), milliseconds(match, 5), ""};
  reader.expect(reader.next() && !reader.line().empty(), "text");
  cue.text = reader.line();
  if (reader.next()) reader.expect(reader.line().empty(), "a blank line");
  return cue;
}

}  // namespace

std::vector<TimedText> read_srt(const std::string& file) {
  static const std::regex kTimes(R"((\d\d):(\d\d):(\d\d),(\d\d\d) --> (\d\d):(\d\d):(\d\d),(\d\d\d))");
  std::vector<TimedText> cues;
  for (Reader reader(file); reader.next();) {
    reader.expect(reader.line() == std::to_string(cues.size() + 1), "the cue's number");
    reader.expect(reader.next(), "a line of times");
    cues.push_back(read_cue(reader, kTimes));
  }
  return cues;
}

std::vector<TimedText> read_webvtt(const std::string& file) {
  static const std::regex kTimes(R"((\d\d):(\d\d):(\d\d)\.(\d\d\d) --> (\d\d):(\d\d):(\d\d)\.(\d\d\d))");
  std::vector<TimedText> cues;
  Reader reader(file);
  reader.expect(reader.next() && reader.line() == "WEBVTT", "WEBVTT");
  while (reader.next()) {
    if (!reader.line().empty()) cues.push_back(read_cue(reader, kTimes));
  }
  return cues;
}

}  // namespace blip::test
