#include "core/base/yaml_reader.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <numeric>
#include <set>
#include <sstream>

#include "core/base/error.h"

namespace blip {
namespace {

struct Document {
  std::string name;
  std::vector<std::string> lines;
};

[[noreturn]] void fail_in(const Document& document, int line, const std::string& what) {
  throw Error(ErrorKind::kInvalidData, document.name + ":" + std::to_string(line) + ": " + what);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// The number of letters to add, remove or change to make one word of the other.
std::size_t letters_apart(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

std::string listed(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) text += (text.empty() ? "" : ", ") + std::string(word);
  return text;
}

// What to say after "unknown key": the key that was meant, or all there are.
std::string advice(std::string_view key, const std::vector<std::string_view>& known) {
  const auto nearest = std::min_element(known.begin(), known.end(), [key](std::string_view a, std::string_view b) {
    return letters_apart(key, a) < letters_apart(key, b);
  });
  if (nearest != known.end() && letters_apart(key, *nearest) <= 2)
    return "did you mean '" + std::string(*nearest) + "'?";
  return "known here: " + listed(known);
}

// The whole text as a number of this type.
template <class Number>
std::optional<Number> whole_number(const std::string& text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

template <class Number>
std::string spelled(Number number) {
  std::ostringstream out;
  out << number;
  return out.str();
}

// Listens to nothing.
class Ignored final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

// 0, 1, or 2 for two and more. YAML::LoadAll() never returns for "{a: 1}, b": behind a document it meets the comma
// again and again.
int count_documents(const std::string& text) {
  std::istringstream in(text);
  YAML::Parser parser(in);
  Ignored ignored;
  int count = 0;
  while (count < 2 && parser.HandleNextDocument(ignored)) ++count;
  return count;
}

bool is_plain(const YAML::Node& node) {
  return node.IsScalar() && node.Tag() == "?";
}

void check_keys(const Document& document, const YAML::Node& map) {
  std::set<std::string> seen;
  for (const auto& entry : map) {
    const int line = entry.first.Mark().line + 1;
    if (!entry.first.IsScalar()) fail_in(document, line, "a key must be a word");
    const std::string key = entry.first.Scalar();
    if (!seen.insert(key).second) fail_in(document, line, "the key '" + key + "' is there twice; leave one of them");
  }
}

}  // namespace

struct YamlValue::Node {
  std::shared_ptr<const Document> document;
  YAML::Node yaml;
  std::string path;  // "variables.fps"; empty for the document itself
  int line = 1;
};

YamlValue YamlValue::read_file(const std::filesystem::path& file) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (status.type() == std::filesystem::file_type::not_found)
    throw Error(ErrorKind::kNotFound, "no such file '" + file.string() + "'; check the name");
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  if (std::filesystem::is_directory(status) || !in || !(bytes << in.rdbuf()))
    throw Error(ErrorKind::kFailed, "cannot read '" + file.string() + "'; expected a YAML file that is not empty");
  return parse(bytes.str(), file.string());
}

YamlValue YamlValue::parse(const std::string& text, const std::string& name) {
  const auto document = std::make_shared<const Document>(Document{name, lines_of(text)});
  YAML::Node node;
  int documents = 0;
  try {
    documents = count_documents(text);
    node = YAML::Load(text);
  } catch (const YAML::Exception& e) {
    fail_in(*document, std::max(e.mark.line, 0) + 1, "this is not YAML: " + e.msg);
  }
  if (documents != 1)
    fail_in(*document, 1,
            documents == 0 ? "the file is empty; it must be one document"
                           : "the file holds 2 documents or more, or something behind the first; it must be one");
  return YamlValue(std::make_shared<const Node>(Node{document, node, "", std::max(node.Mark().line, 0) + 1}));
}

bool YamlValue::is_map() const {
  return node_->yaml.IsMap();
}
bool YamlValue::is_list() const {
  return node_->yaml.IsSequence();
}

const YamlValue& YamlValue::expect_keys(const std::vector<std::string_view>& known) const {
  expect_map();
  for (const auto& entry : node_->yaml) {
    const std::string key = entry.first.Scalar();
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    fail_at(entry.first.Mark().line + 1, "unknown key '" + key + "'" +
                                             (node_->path.empty() ? "" : " in '" + node_->path + "'") + "; " +
                                             advice(key, known));
  }
  return *this;
}

YamlValue YamlValue::at(std::string_view key) const {
  if (auto value = find(key)) return *value;
  fail((node_->path.empty() ? "the file" : "'" + node_->path + "'") + " has no '" + std::string(key) +
       "'; it must have one");
}

std::optional<YamlValue> YamlValue::find(std::string_view key) const {
  for (auto& [name, value] : entries())
    if (name == key) return value;
  return std::nullopt;
}

std::vector<std::pair<std::string, YamlValue>> YamlValue::entries() const {
  expect_map();
  std::vector<std::pair<std::string, YamlValue>> all;
  for (const auto& entry : node_->yaml) {
    const std::string key = entry.first.Scalar();
    all.emplace_back(
        key, of(&entry.second, node_->path.empty() ? key : node_->path + "." + key, entry.first.Mark().line + 1));
  }
  return all;
}

std::vector<YamlValue> YamlValue::items() const {
  if (!is_list()) fail(found() + "; expected a list, such as [a, b]");
  std::vector<YamlValue> all;
  for (const auto& item : node_->yaml)
    all.push_back(of(&item, node_->path + "[" + std::to_string(all.size()) + "]", line()));
  return all;
}

std::string YamlValue::text() const {
  if (node_->yaml.IsNull()) fail(found() + "; expected a text ('' is the empty one)");
  if (!node_->yaml.IsScalar()) fail(found() + "; expected a text");
  const std::string& tag = node_->yaml.Tag();
  if (tag != "?" && tag != "!" && tag != "tag:yaml.org,2002:str")
    fail(found() + " with the tag " + tag + "; remove it");
  return node_->yaml.Scalar();
}

double YamlValue::number() const {
  const auto number = is_plain(node_->yaml) ? whole_number<double>(node_->yaml.Scalar()) : std::nullopt;
  if (!number || !std::isfinite(*number)) fail(found() + "; expected a number");
  return *number;
}

double YamlValue::number(double least, double most) const {
  const double value = number();
  if (value < least || value > most)
    fail(found() + "; expected a number from " + spelled(least) + " to " + spelled(most));
  return value;
}

std::int64_t YamlValue::integer() const {
  const auto number = is_plain(node_->yaml) ? whole_number<std::int64_t>(node_->yaml.Scalar()) : std::nullopt;
  if (!number) fail(found() + "; expected a whole number");
  return *number;
}

std::int64_t YamlValue::integer(std::int64_t least, std::int64_t most) const {
  const std::int64_t value = integer();
  if (value < least || value > most)
    fail(found() + "; expected a whole number from " + spelled(least) + " to " + spelled(most));
  return value;
}

bool YamlValue::boolean() const {
  const std::string word = is_plain(node_->yaml) ? node_->yaml.Scalar() : "";
  if (word != "true" && word != "false") fail(found() + "; expected true or false");
  return word == "true";
}

std::size_t YamlValue::choice(const std::vector<std::string_view>& words) const {
  const auto word = std::find(words.begin(), words.end(), text());
  if (word == words.end()) fail(found() + "; expected one of " + listed(words));
  return static_cast<std::size_t>(word - words.begin());
}

int YamlValue::line() const {
  return node_->line;
}

int YamlValue::line_of_row(int row) const {
  const YAML::Mark mark = node_->yaml.Mark();
  const auto& lines = node_->document->lines;
  const bool in_file = mark.line >= 0 && static_cast<std::size_t>(mark.line) < lines.size();
  const bool block = in_file && static_cast<std::size_t>(mark.column) < lines[mark.line].size() &&
                     lines[mark.line][mark.column] == '|';
  return block ? line() + 1 + row : line();
}

void YamlValue::fail(const std::string& what) const {
  fail_at(line(), what);
}

void YamlValue::fail_at(int line, const std::string& what) const {
  fail_in(*node_->document, line, what);
}

YamlValue YamlValue::of(const void* yaml_node, const std::string& path, int line_if_empty) const {
  const auto& yaml = *static_cast<const YAML::Node*>(yaml_node);
  const int line = yaml.IsNull() ? line_if_empty : yaml.Mark().line + 1;  // yaml-cpp puts an empty value further down
  return YamlValue(std::make_shared<const Node>(Node{node_->document, yaml, path, line}));
}

void YamlValue::expect_map() const {
  if (!is_map()) fail(found() + "; expected keys and values, such as 'name: value'");
  check_keys(*node_->document, node_->yaml);
}

std::string YamlValue::found() const {
  const YAML::Node& yaml = node_->yaml;
  const std::string what = yaml.IsMap()        ? "a map"
                           : yaml.IsSequence() ? "a list"
                           : yaml.IsScalar()   ? "'" + yaml.Scalar().substr(0, 60) + "'"
                                               : "empty";
  return (node_->path.empty() ? "the file" : "'" + node_->path + "'") + " is " + what;
}

}  // namespace blip
