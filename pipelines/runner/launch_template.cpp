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

}  // namespace

LaunchTemplate::LaunchTemplate(const YamlValue& launch) : launch_(launch) {
  const std::string text = launch.text();
  int row = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (is_blank(text[i])) {
      row += text[i++] == '\n' ? 1 : 0;
      continue;
    }
    const std::size_t begin = i;
    const int line = launch.line_of_row(row);
    bool inside_quotes = false;
    for (; i < text.size() && (inside_quotes || !is_blank(text[i])); ++i) {
      if (text[i] == '\\' && i + 1 < text.size()) {
        ++i;
      } else if (text[i] == '"') {
        inside_quotes = !inside_quotes;
      } else if (text[i] == '\n') {
        break;
      }
    }
    if (inside_quotes) launch.fail_at(line, "the launch line has a quote that is not closed on its line");
    words_.push_back(read_word(text, begin, i, line));
  }
  if (words_.empty()) launch.fail("the launch line is empty");
}

LaunchTemplate::Word LaunchTemplate::read_word(const std::string& text, std::size_t begin, std::size_t end,
                                               int line) const {
  Word word;
  word.line = line;
  std::string literal;
  for (std::size_t i = begin; i < end; ++i) {
    const char c = text[i];
    if (c != '{' && c != '}') {
      literal += c;
    } else if (i + 1 < end && text[i + 1] == c) {
      literal += c;
      ++i;
    } else {
      const std::size_t close = c == '{' ? text.find('}', i) : std::string::npos;
      const std::string name = close < end ? text.substr(i + 1, close - i - 1) : "";
      if (!is_name(name))
        launch_.fail_at(line, std::string("a single '") + c + "' in '" + text.substr(begin, end - begin) +
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
  for (const Word& word : words_) filled.push_back({fill_word(word, value_of), word.line});
  return filled;
}

std::string LaunchTemplate::fill_word(const Word& word,
                                      const std::function<VariableValue(const std::string& name)>& value_of) const {
  if (!word.has_variables) return word.pieces.front().text;
  if (word.pieces.size() == 1) {
    const VariableValue value = value_of(word.pieces[0].text);
    if (value.is_elements || value.is_word) return value.text;
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
