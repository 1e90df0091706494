#include "pipelines/runner/launch_template.h"

#include <algorithm>
#include <cctype>
#include <regex>
#include <utility>

#include "pipelines/runner/launch_quoting.h"

namespace blip {
namespace {

bool is_blank(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

bool is_name(const std::string& text) {
  const auto fits = [](unsigned char c) {
    return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '-' || c == '_';
  };
  return !text.empty() && std::islower(static_cast<unsigned char>(text[0])) != 0 &&
         std::all_of(text.begin(), text.end(), fits);
}

// What stands between quotes: \" and \\ are a quote and a backslash.
std::string unescaped(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    plain += text[i];
  }
  return plain;
}

struct RawWord {
  std::string text;
  int row = 0;
  bool closed = true;  // its quotes are
};

// Words are separated by blanks outside quotes.
std::vector<RawWord> split_words(const std::string& text) {
  std::vector<RawWord> words;
  int row = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (is_blank(text[i])) {
      row += text[i++] == '\n' ? 1 : 0;
      continue;
    }
    const std::size_t begin = i;
    bool inside_quotes = false;
    for (; i < text.size() && text[i] != '\n' && (inside_quotes || !is_blank(text[i])); ++i) {
      if (text[i] == '\\' && i + 1 < text.size())
        ++i;
      else if (text[i] == '"')
        inside_quotes = !inside_quotes;
    }
    words.push_back({text.substr(begin, i - begin), row, !inside_quotes});
  }
  return words;
}

}  // namespace

LaunchTemplate::LaunchTemplate(const YamlValue& launch) : launch_(launch) {
  for (const RawWord& word : split_words(launch.text())) {
    const int line = launch.line_of_row(word.row);
    if (!word.closed) launch.fail_at(line, "the launch line has a quote that is not closed on its line");
    words_.push_back(read_word(word.text, line));
  }
  if (words_.empty()) launch.fail("the launch line is empty");
}

LaunchTemplate::Word LaunchTemplate::read_word(const std::string& text, int line) const {
  Word word;
  word.line = line;
  std::string literal;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '{' && c != '}') {
      literal += c;
    } else if (i + 1 < text.size() && text[i + 1] == c) {
      literal += c;
      ++i;
    } else {
      const std::size_t close = c == '{' ? text.find('}', i) : std::string::npos;
      const std::string name = close != std::string::npos ? text.substr(i + 1, close - i - 1) : "";
      if (!is_name(name))
        launch_.fail_at(line, std::string("a single '") + c + "' in '" + text +
                                  "'; write {name} for a variable, {{ and }} for braces");
      if (!literal.empty()) word.pieces.push_back({std::exchange(literal, {}), false});
      word.pieces.push_back({name, true});
      word.has_variables = true;
      i = close;
    }
  }
  if (!literal.empty()) word.pieces.push_back({literal, false});
  return word;
}

std::vector<std::string> LaunchTemplate::variables() const {
  std::vector<std::string> names;
  for (const Word& word : words_)
    for (const Piece& piece : word.pieces)
      if (piece.is_variable && std::find(names.begin(), names.end(), piece.text) == names.end())
        names.push_back(piece.text);
  return names;
}

int LaunchTemplate::line_of(const std::string& variable) const {
  for (const Word& word : words_)
    for (const Piece& piece : word.pieces)
      if (piece.is_variable && piece.text == variable) return word.line;
  return launch_.line();
}

std::vector<LaunchWord> LaunchTemplate::fill(
    const std::function<VariableValue(const std::string& name)>& value_of) const {
  std::vector<LaunchWord> filled;
  for (const Word& word : words_) {
    const bool alone = word.pieces.size() == 1 && word.pieces.front().is_variable;
    if (const VariableValue value = alone ? value_of(word.pieces.front().text) : VariableValue(); value.is_elements) {
      for (RawWord& part : split_words(value.text)) filled.push_back({std::move(part.text), word.line});
    } else {
      filled.push_back({fill_word(word, value_of), word.line});
    }
  }
  return filled;
}

std::string LaunchTemplate::fill_word(const Word& word,
                                      const std::function<VariableValue(const std::string& name)>& value_of) const {
  if (!word.has_variables) return word.pieces.front().text;
  if (word.pieces.size() == 1) {
    const VariableValue value = value_of(word.pieces[0].text);
    if (value.is_word) return value.text;
    launch_.fail_at(word.line, "{" + word.pieces[0].text +
                                   "} is a value and cannot stand alone; give it to a property, such as location={" +
                                   word.pieces[0].text + "}");
  }
  bool only_words = true;
  std::string plain;
  for (const Piece& piece : word.pieces) {
    const VariableValue value = piece.is_variable ? value_of(piece.text) : VariableValue{piece.text, false, true};
    if (value.is_elements)
      launch_.fail_at(word.line,
                      "{" + piece.text + "} stands for elements and must stand alone, with blanks around it");
    only_words = only_words && value.is_word;
    plain += value.text;
  }
  return only_words ? plain : fill_property(word, value_of);
}

// NAME=VALUE, where NAME comes before any variable, so that no value can change it.
std::string LaunchTemplate::fill_property(const Word& word,
                                          const std::function<VariableValue(const std::string& name)>& value_of) const {
  static const std::regex kProperty("[A-Za-z][A-Za-z0-9_-]*(::[A-Za-z0-9_-]+)*=");
  const std::string& begin = word.pieces.front().text;
  std::smatch property;
  if (word.pieces.front().is_variable ||
      !std::regex_search(begin, property, kProperty, std::regex_constants::match_continuous))
    launch_.fail_at(word.line, "a text cannot stand in '" + begin + "…'; give it to a property, such as location={…}");
  std::vector<Piece> pieces = word.pieces;
  pieces.front().text = property.suffix();
  if (pieces.front().text.starts_with('"') && !pieces.back().is_variable && pieces.back().text.ends_with('"')) {
    pieces.front().text.erase(0, 1);
    pieces.back().text.pop_back();
    for (Piece& piece : pieces)
      if (!piece.is_variable) piece.text = unescaped(piece.text);
  }
  std::string value;
  for (const Piece& piece : pieces) value += piece.is_variable ? value_of(piece.text).text : piece.text;
  return property.str() + quote_launch_value(value);
}

std::string launch_line(const std::vector<LaunchWord>& words) {
  std::string line;
  for (const LaunchWord& word : words) line += (line.empty() ? "" : " ") + word.text;
  return line;
}

}  // namespace blip
