#include "training/config/recipe_writer.h"

#include <array>
#include <charconv>
#include <string_view>

#include "training/config/recipe_fields.h"

namespace blip {
namespace {

// The shortest text that reads back as the same number.
std::string number_text(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return {buffer.data(), end};
}

// A double-quoted YAML text.
std::string quoted(const std::string& text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      result += std::string("\\x") + kDigits[byte / 16] + kDigits[byte % 16];
    } else {
      result += c;
    }
  }
  return result + '"';
}

class FieldWriter {
 public:
  void integer(std::string_view key, std::int64_t value, std::int64_t, std::int64_t) {
    line(key, std::to_string(value));
  }
  void number(std::string_view key, double value, double, double) { line(key, number_text(value)); }
  void flag(std::string_view key, bool value) { line(key, value ? "true" : "false"); }
  void text(std::string_view key, const std::string& value) { line(key, quoted(value)); }
  template <class Choice>
  void choice(std::string_view key, Choice value, const std::vector<std::string_view>& words) {
    line(key, std::string(words.at(static_cast<std::size_t>(value))));
  }
  template <class Section>
  void section(std::string_view key, Section& value) {
    begin_line();
    yaml_ += std::string(key) + ":\n";
    inside(std::string(key) + ".", value);
  }
  template <class Item>
  void list(std::string_view key, std::vector<Item>& values) {
    begin_line();
    yaml_ += std::string(key) + (values.empty() ? ": []\n" : ":\n");
    for (std::size_t i = 0; i < values.size(); ++i) {
      dash_ = true;
      inside(std::string(key) + "[" + std::to_string(i) + "].", values[i]);
    }
  }

  std::string yaml_;
  std::vector<std::pair<std::string, std::string>> values_;

 private:
  void begin_line() {
    std::string indent(2 * depth_, ' ');
    if (std::exchange(dash_, false)) indent[indent.size() - 2] = '-';
    yaml_ += indent;
  }
  void line(std::string_view key, const std::string& value) {
    begin_line();
    yaml_ += std::string(key) + ": " + value + "\n";
    values_.emplace_back(path_ + std::string(key), value);
  }
  template <class Section>
  void inside(const std::string& path, Section& value) {
    const std::string outer = std::exchange(path_, path_ + path);
    ++depth_;
    fields(value, *this);
    --depth_;
    path_ = outer;
  }

  std::string path_;
  std::size_t depth_ = 0;
  bool dash_ = false;  // the next line begins an item of a list
};

FieldWriter written(Recipe recipe) {
  FieldWriter writer;
  fields(recipe, writer);
  return writer;
}

}  // namespace

std::string recipe_yaml(const Recipe& recipe) {
  return written(recipe).yaml_;
}

std::vector<std::pair<std::string, std::string>> recipe_values(const Recipe& recipe) {
  return written(recipe).values_;
}

}  // namespace blip
