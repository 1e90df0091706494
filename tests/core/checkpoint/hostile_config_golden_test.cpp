#include <fstream>
#include <nlohmann/json.hpp>

#include "core/checkpoint/checkpoint_assembly.h"
#include "core/checkpoint/safetensors_reader.h"
#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/support/golden.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// The way to every value of a document that is no object.
std::vector<json::json_pointer> leaves(const json& document) {
  std::vector<json::json_pointer> ways;
  const json flat = document.flatten();
  for (const auto& [way, value] : flat.items()) ways.emplace_back(way);
  return ways;
}

// A model that opens or an Error of one line are both right, anything else is not.
void open_or_fail(const TensorMap& tensors, const std::string& config) {
  try {
    CheckpointParts parts;
    parts.tensors = tensors;
    parts.source = "model.safetensors";
    parts.family = CheckpointFamily::kTransformers;
    parts.declared = parse_config(config, "config.json");
    assemble_checkpoint(std::move(parts));
  } catch (const Error& error) {
    EXPECT_EQ(std::string_view(error.what()).find('\n'), std::string_view::npos) << error.what();
  }
}

TEST(HostileConfigGolden, EveryFieldMayHoldAnything) {
  const std::array<json, 4> hostile{-1, 1LL << 40, "x", false};
  int cases = 0;
  for (const auto& item : fs::directory_iterator(test::golden2_dir())) {
    if (!item.path().filename().string().starts_with("hf-")) continue;
    const TensorMap tensors = read_safetensors_file(item.path() / "model.safetensors");
    std::ifstream in(item.path() / "config.json");
    const json whole = json::parse(in);
    for (const json::json_pointer& way : leaves(whole)) {
      for (const json& value : hostile) {
        json damaged = whole;
        damaged[way] = value;
        SCOPED_TRACE(way.to_string() + " = " + value.dump());
        open_or_fail(tensors, damaged.dump());
        ++cases;
      }
    }
  }
  EXPECT_GT(cases, 0);
}

}  // namespace
}  // namespace blip
