#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace blip {

// A value in a YAML file, read strictly: a value of another type, a key that is missing, unknown or there twice is an
// error. Every function throws Error(kInvalidData) "FILE:LINE: what is wrong, what would be right". Cheap to copy.
class YamlValue {
 public:
  // One document; kNotFound and kFailed when the file cannot be read.
  static YamlValue read_file(const std::filesystem::path& file);
  // `name` stands for the file in messages.
  static YamlValue parse(const std::string& text, const std::string& name);

  bool is_map() const;
  bool is_list() const;

  // Of a map. Every key must be one of `known`; call this once for each map that is read by keys.
  const YamlValue& expect_keys(const std::vector<std::string_view>& known) const;
  YamlValue at(std::string_view key) const;                   // must be there
  std::optional<YamlValue> find(std::string_view key) const;  // nothing when it is not there
  // A map with keys of the author's choice, in the file's order.
  std::vector<std::pair<std::string, YamlValue>> entries() const;

  std::vector<YamlValue> items() const;  // of a list

  // Plain numbers and words are texts, too; null is none.
  std::string text() const;
  double number() const;  // finite; "12" in quotes is none
  double number(double least, double most) const;
  std::int64_t integer() const;
  std::int64_t integer(std::int64_t least, std::int64_t most) const;
  bool boolean() const;  // true or false; not "yes", "on"
  // One of the words; returns its place among them.
  std::size_t choice(const std::vector<std::string_view>& words) const;

  int line() const;  // where the value begins, from 1
  // The line of the `row`th line (from 0) of this text, which may be a block ("|").
  int line_of_row(int row) const;
  [[noreturn]] void fail(const std::string& what) const;  // at line()
  [[noreturn]] void fail_at(int line, const std::string& what) const;

 private:
  struct Node;
  explicit YamlValue(std::shared_ptr<const Node> node) : node_(std::move(node)) {}

  YamlValue of(const void* yaml_node, const std::string& path, int line_if_empty) const;
  void expect_map() const;
  // "'fps' is 'abc'": how messages begin.
  std::string found() const;

  std::shared_ptr<const Node> node_;
};

}  // namespace blip
