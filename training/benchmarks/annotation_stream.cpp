#include "training/benchmarks/annotation_stream.h"

#include <fstream>
#include <system_error>

#include "core/base/error.h"

namespace blip {
namespace {

using nlohmann::json;

constexpr std::string_view kBlank = " \t\r\n";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string quoted(const std::filesystem::path& file) {
  return "'" + file.string() + "'";
}

// Stands before the first character that counts.
std::ifstream open_text(const std::filesystem::path& file) {
  std::error_code unreadable;
  if (!std::filesystem::exists(file, unreadable) && !unreadable)
    throw Error(ErrorKind::kNotFound, quoted(file) + " does not exist");
  std::ifstream in(file, std::ios::binary);
  if (!in || std::filesystem::is_directory(file, unreadable))
    throw Error(ErrorKind::kFailed, "cannot read " + quoted(file));
  std::string mark(kByteOrderMark.size(), '\0');
  in.read(mark.data(), static_cast<std::streamsize>(mark.size()));
  if (mark != kByteOrderMark) {
    in.clear();
    in.seekg(0);
  }
  while (in.peek() != std::ifstream::traits_type::eof() &&
         kBlank.find(static_cast<char>(in.peek())) != std::string_view::npos)
    in.get();
  if (in.peek() == std::ifstream::traits_type::eof()) throw Error(ErrorKind::kInvalidData, quoted(file) + " is empty");
  return in;
}

// Where the parser stands: the containers around it and the names by which they are reached.
class Place {
 public:
  void open(int depth, bool is_list) {
    lists_.resize(static_cast<std::size_t>(depth));
    lists_.push_back(is_list);
    keys_.resize(static_cast<std::size_t>(depth));
    keys_.emplace_back();
  }
  void key(int depth, std::string name) { keys_[static_cast<std::size_t>(depth) - 1] = std::move(name); }

  // The path of the list whose element at `depth` begins or ends; null where the parent is no list, or one in a list.
  const std::string* list_path(int depth) {
    const auto levels = static_cast<std::size_t>(depth);
    if (levels == 0 || levels > lists_.size() || !lists_[levels - 1]) return nullptr;
    path_.clear();
    for (std::size_t i = 0; i + 1 < levels; ++i) {
      if (lists_[i]) return nullptr;
      path_ += (path_.empty() ? "" : ".") + keys_[i];
    }
    return &path_;
  }

 private:
  std::vector<bool> lists_;
  std::vector<std::string> keys_;
  std::string path_;
};

class PartReader {
 public:
  PartReader(const std::string& name, const std::vector<JsonPart>& parts)
      : name_(name), parts_(parts), counts_(parts.size()) {}

  // For json::parse: whether the value stays in memory.
  bool operator()(int depth, json::parse_event_t event, json& value) {
    using Event = json::parse_event_t;
    if (inside_ && depth > element_depth_) return true;
    if (event == Event::key) {
      place_.key(depth, value.get<std::string>());
      return true;
    }
    const bool begins = event == Event::object_start || event == Event::array_start;
    const std::size_t part = part_at(depth);
    if (begins) {
      place_.open(depth, event == Event::array_start);
      if (part < parts_.size()) {
        inside_ = true;
        element_depth_ = depth;
      }
      return true;
    }
    if (part < parts_.size()) {
      inside_ = false;
      const std::string& path = parts_[part].path;
      parts_[part].take(value, name_ + (path.empty() ? " entry " : " " + path + " ") + std::to_string(counts_[part]++));
    }
    return depth == 0;
  }

  std::int64_t taken() const {
    std::int64_t sum = 0;
    for (const std::int64_t count : counts_) sum += count;
    return sum;
  }

 private:
  std::size_t part_at(int depth) {
    const std::string* path = place_.list_path(depth);
    std::size_t part = 0;
    while (part < parts_.size() && (path == nullptr || parts_[part].path != *path)) ++part;
    return part;
  }

  const std::string& name_;
  const std::vector<JsonPart>& parts_;
  std::vector<std::int64_t> counts_;
  Place place_;
  bool inside_ = false;  // an element of a part
  int element_depth_ = 0;
};

void parse_parts(std::istream& in, const std::string& name, const std::vector<JsonPart>& parts) {
  PartReader reader(name, parts);
  try {
    const json rest = json::parse(in, std::ref(reader));
  } catch (const json::exception& error) {
    throw Error(ErrorKind::kInvalidData,
                name + " is not valid JSON after " + std::to_string(reader.taken()) + " entries: " + error.what());
  }
  if (in.bad()) throw Error(ErrorKind::kFailed, "cannot read " + name);
}

// Notes names down to the second level and stops behind the first entry of a list.
class FieldFinder final : public nlohmann::json_sax<json> {
 public:
  std::set<std::string> fields;

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override {
    ++objects_;
    return true;
  }
  bool end_object() override {
    --objects_;
    return !(in_list_ && objects_ == 0);
  }
  bool start_array(std::size_t) override {
    if (objects_ == 0) {
      in_list_ = true;
    } else {
      ++lists_;
    }
    return true;
  }
  bool end_array() override {
    if (lists_ > 0) --lists_;
    return true;
  }
  bool key(string_t& name) override {
    if (lists_ > 0) return true;
    if (objects_ == 1) fields.insert(first_ = name);
    if (objects_ == 2) fields.insert(first_ + "." + name);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  int objects_ = 0, lists_ = 0;
  bool in_list_ = false;
  std::string first_;
};

}  // namespace

void read_json_parts(const std::filesystem::path& file, const std::vector<JsonPart>& parts) {
  auto in = open_text(file);
  parse_parts(in, quoted(file), parts);
}

void read_json_members(
    const std::filesystem::path& file,
    const std::function<void(const std::string& name, const json& entry, const std::string& where)>& take) {
  auto in = open_text(file);
  const std::string quoted_name = quoted(file);
  if (in.peek() != '{') throw Error(ErrorKind::kInvalidData, quoted_name + " is no JSON object of entries");
  std::string name;
  std::int64_t taken = 0;
  const auto on_event = [&](int depth, json::parse_event_t event, json& value) {
    using Event = json::parse_event_t;
    if (depth != 1) return true;
    if (event == Event::key) {
      name = value.get<std::string>();
      return true;
    }
    if (event == Event::object_start || event == Event::array_start) return true;
    take(name, value, quoted_name + " entry '" + name + "'");
    ++taken;
    return false;
  };
  try {
    const json rest = json::parse(in, on_event);
  } catch (const json::exception& error) {
    throw Error(ErrorKind::kInvalidData,
                quoted_name + " is not valid JSON after " + std::to_string(taken) + " entries: " + error.what());
  }
  if (in.bad()) throw Error(ErrorKind::kFailed, "cannot read " + quoted_name);
}

void read_json_rows(const std::filesystem::path& file,
                    const std::function<void(const json& entry, const std::string& where)>& take,
                    const std::function<void(const std::string& what)>& broken) {
  auto in = open_text(file);
  const std::string name = quoted(file);
  if (in.peek() == '[') return parse_parts(in, name, {{"", take}});

  std::int64_t number = 0;
  for (std::string line; std::getline(in, line);) {
    const std::string where = name + " line " + std::to_string(++number);
    if (line.find_first_not_of(kBlank) == std::string::npos) continue;
    json entry;
    try {
      entry = json::parse(line);
    } catch (const json::exception& error) {
      broken(where + ": " + error.what());
      continue;
    }
    take(entry, where);
  }
  if (in.bad()) throw Error(ErrorKind::kFailed, "cannot read " + name);
}

std::set<std::string> fields_of_file(const std::filesystem::path& file) {
  auto in = open_text(file);
  FieldFinder finder;
  json::sax_parse(in, &finder, json::input_format_t::json, /*strict=*/false);
  return std::move(finder.fields);
}

}  // namespace blip
