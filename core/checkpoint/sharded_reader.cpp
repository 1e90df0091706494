#include "core/checkpoint/sharded_reader.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <system_error>

#include "core/checkpoint/json_text.h"
#include "core/checkpoint/mapped_file.h"
#include "core/checkpoint/message.h"

namespace blip {

TensorMap read_shards(const std::filesystem::path& index,
                      const std::function<TensorMap(const std::filesystem::path&)>& read) {
  const ByteView bytes = map_file(index);
  const auto document = parse_json({reinterpret_cast<const char*>(bytes.data), bytes.size}, index.string());
  const auto weight_map = document.is_object() ? document.find("weight_map") : document.end();
  if (!document.is_object() || weight_map == document.end() || !weight_map->is_object()) {
    throw invalid_data(index.string(), "'weight_map' is missing or no JSON object");
  }
  std::map<std::string, std::set<std::string>> shards;  // file -> the tensors that the index expects in it
  for (const auto& [tensor, file] : weight_map->items()) {
    if (!file.is_string())
      throw invalid_data(index.string(), "the file of tensor " + in_quotes(tensor) + " is no string");
    const auto& name = file.get_ref<const std::string&>();
    if (name.empty() || name == "." || name == ".." ||
        name.find_first_of(std::string_view("/\\\0", 3)) != std::string::npos) {
      throw invalid_data(index.string(), "refuses shard " + in_quotes(name) + ": shards lie beside the index");
    }
    shards[name].insert(tensor);
  }

  TensorMap tensors;
  for (const auto& [file, expected] : shards) {
    const std::filesystem::path path = index.parent_path() / file;
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) {
      throw Error(ErrorKind::kNotFound, in_quotes(index.string()) + ": shard " + in_quotes(file) + " is missing (" +
                                            std::to_string(expected.size()) + " of its tensors are needed)");
    }
    TensorMap shard = read(path);
    for (const std::string& name : expected) {
      if (!shard.contains(name))
        throw invalid_data(path.string(),
                           "tensor " + in_quotes(name) + " is missing, which the index expects in this shard");
    }
    for (auto& [name, view] : shard) {
      if (!tensors.emplace(name, std::move(view)).second) {
        throw invalid_data(path.string(), "tensor " + in_quotes(name) + " is in another shard, too");
      }
    }
  }
  return tensors;
}

}  // namespace blip
