#pragma once

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace blip::test {

inline nlohmann::json read_json(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot open " + path.string());
  return nlohmann::json::parse(in);
}

// The objects of a .jsonl file; throws if there are none, so that no loop over cases passes by running zero times.
inline std::vector<nlohmann::json> read_json_lines(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot open " + path.string());
  std::vector<nlohmann::json> result;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) result.push_back(nlohmann::json::parse(line));
  }
  if (result.empty()) throw std::runtime_error(path.string() + " has no cases");
  return result;
}

}  // namespace blip::test
