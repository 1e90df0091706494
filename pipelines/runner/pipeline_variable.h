#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/yaml_reader.h"
#include "pipelines/elements/installation.h"

namespace blip {

enum class VariableType {
  kText,
  kFile,  // one that is there
  kPath,  // to be written, or a pattern for names
  kNumber,
  kInteger,
  kBoolean,   // true or false
  kDuration,  // 8s, 200ms; in the launch line nanoseconds
  kChoice,    // one of `values`
  kModel,     // a checkpoint; without a value $GST_BLIP_MODEL, else the shipped one for `task`
  kSource,    // a file, a URI, a camera's device, or elements: becomes elements that give video
  kElements,  // a piece of a launch line
};

// One variable of a pipeline file.
struct PipelineVariable {
  std::string name;
  VariableType type = VariableType::kText;
  std::string help;
  std::optional<std::string> default_value;  // nothing = must be set
  std::optional<double> least, most;         // of numbers
  std::vector<std::string> values;           // of a choice
  ModelTask task = ModelTask::kCaption;      // of a model
};

// Reads what stands under the variable's name. Throws Error naming file and line.
PipelineVariable read_variable(const std::string& name, const YamlValue& yaml);

std::string variable_type_name(VariableType type);

// What replaces "{name}" in a launch line.
struct VariableValue {
  std::string text;
  bool is_elements = false;  // a piece of a launch line, not a value
  bool is_word = false;      // letters, digits and . + - _ only: fits anywhere in a launch line
};

// Checks a value as the user gave it, or the default. Throws UsageError naming the variable, the value and what would
// be right. `model` stands in for a model without a value.
VariableValue resolve_variable(const PipelineVariable& variable, const std::string& value);

}  // namespace blip
