#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace blip {

// A list inside a JSON file. path: the names of the objects around it, "data.dialogs"; empty = the file is the list.
struct JsonPart {
  std::string path;
  std::function<void(const nlohmann::json& element, const std::string& where)> take;  // where: "FILE data.dialogs 3"
};

// Hands out the elements of `parts` in the order of the file, one in memory at a time; everything else is passed over.
// Throws Error naming the file: kNotFound, kFailed, kInvalidData (empty, no JSON, cut short, not UTF-8).
void read_json_parts(const std::filesystem::path& file, const std::vector<JsonPart>& parts);

// The members of the object that the file is, in its order, one in memory at a time: entries by their ids. Throws as
// above.
void read_json_members(
    const std::filesystem::path& file,
    const std::function<void(const std::string& name, const nlohmann::json& entry, const std::string& where)>& take);

// The entries of a JSON list, or of JSON lines (an object a line, blank lines passed over), by the file's first
// character. A line that is no JSON is told to `broken` as "FILE line 7: …"; otherwise as read_json_parts.
void read_json_rows(const std::filesystem::path& file,
                    const std::function<void(const nlohmann::json& entry, const std::string& where)>& take,
                    const std::function<void(const std::string& what)>& broken);

// The fields of the first entry of a list or of JSON lines; of an object its fields and, as "data.dialogs", those of
// the objects in it. For telling what a file is: empty for one that is no JSON at all.
std::set<std::string> fields_of_file(const std::filesystem::path& file);

}  // namespace blip
