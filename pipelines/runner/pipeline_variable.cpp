#include "pipelines/runner/pipeline_variable.h"

#include <gst/gst.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <string_view>

#include "core/base/error.h"
#include "pipelines/media_input/gst_owners.h"
#include "pipelines/media_input/input_file.h"
#include "pipelines/runner/launch_quoting.h"
#include "pipelines/terminal/duration_text.h"
#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

// In the order of VariableType.
const std::vector<std::string_view> kTypeNames = {"text",     "file",   "path",  "number", "integer", "boolean",
                                                  "duration", "choice", "model", "source", "elements"};

[[noreturn]] void refuse(const PipelineVariable& variable, const std::string& value, const std::string& expected) {
  throw UsageError("--set " + variable.name + "=" + value + ": expected " + expected);
}

template <class Number>
std::optional<Number> as_number(const std::string& text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::string spelled(double number) {
  std::array<char, 40> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

std::string range_text(const PipelineVariable& variable, const std::string& kind) {
  if (variable.least && variable.most)
    return kind + " from " + spelled(*variable.least) + " to " + spelled(*variable.most);
  if (variable.least) return kind + " of at least " + spelled(*variable.least);
  if (variable.most) return kind + " of at most " + spelled(*variable.most);
  return kind;
}

template <class Number>
void check_number(const PipelineVariable& variable, const std::string& value, const std::string& kind) {
  const auto number = as_number<Number>(value);
  const double size = number ? static_cast<double>(*number) : NAN;
  if (!std::isfinite(size) || (variable.least && size < *variable.least) || (variable.most && size > *variable.most))
    refuse(variable, value, range_text(variable, kind));
}

std::string first_word(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\n");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_first_of(" \t\n!", begin) - begin);
}

bool is_element(const std::string& name) {
  const GstPluginFeatureHandle factory(
      gst_registry_find_feature(gst_registry_get(), name.c_str(), GST_TYPE_ELEMENT_FACTORY));
  return factory != nullptr;
}

std::string source_elements(const PipelineVariable& variable, const std::string& value) {
  std::error_code ignored;
  if (gst_uri_is_valid(value.c_str())) return "uridecodebin uri=" + quote_launch_value(value);
  if (value.starts_with("/dev/")) return "v4l2src device=" + quote_launch_value(value);
  if (std::filesystem::is_regular_file(value, ignored))
    return "filesrc location=" + quote_launch_value(value) + " ! decodebin";
  if (is_element(first_word(value))) return value;
  refuse(variable, value,
         "a video file that is there, a URI such as rtsp://…, a device such as /dev/video0, or GStreamer elements");
}

std::string checked_file(const PipelineVariable& variable, const std::string& value) {
  try {
    check_input_file(value);
  } catch (const Error& e) {
    throw UsageError("--set " + variable.name + "=" + value + ": " + e.what());
  }
  return value;
}

void read_default(const YamlValue& yaml, PipelineVariable& variable) {
  switch (variable.type) {
    case VariableType::kNumber:
      yaml.number();
      break;
    case VariableType::kInteger:
      yaml.integer();
      break;
    case VariableType::kBoolean:
      yaml.boolean();
      break;
    case VariableType::kFile:
      yaml.fail("a variable of type file has no default; use the type path, or leave 'default' out");
    case VariableType::kModel:
      yaml.fail("a variable of type model has no default but the one of its 'task'; leave 'default' out");
    default:
      break;
  }
  variable.default_value = yaml.text();
  try {
    if (variable.type != VariableType::kSource) resolve_variable(variable, *variable.default_value);
  } catch (const UsageError&) {
    yaml.fail("the default of '" + variable.name + "' is '" + *variable.default_value +
              "', not what its type and limits allow");
  }
}

}  // namespace

std::string variable_type_name(VariableType type) {
  return std::string(kTypeNames.at(static_cast<std::size_t>(type)));
}

PipelineVariable read_variable(const std::string& name, const YamlValue& yaml) {
  PipelineVariable variable;
  variable.name = name;
  yaml.expect_keys({"type", "help", "default", "min", "max", "values", "task"});
  variable.type = static_cast<VariableType>(yaml.at("type").choice(kTypeNames));
  variable.help = yaml.at("help").text();
  const bool number = variable.type == VariableType::kNumber || variable.type == VariableType::kInteger;
  for (const char* key : {"min", "max"}) {
    const auto limit = yaml.find(key);
    if (!limit) continue;
    if (!number) limit->fail("'" + name + "' is no number; remove '" + key + "'");
    (std::string_view(key) == "min" ? variable.least : variable.most) = limit->number();
  }
  if (variable.type == VariableType::kChoice)
    for (const YamlValue& value : yaml.at("values").items()) variable.values.push_back(value.text());
  else if (const auto values = yaml.find("values"))
    values->fail("'" + name + "' is no choice; remove 'values'");
  if (variable.type == VariableType::kModel)
    variable.task = static_cast<ModelTask>(yaml.at("task").choice({"caption", "match", "answer"}));
  else if (const auto task = yaml.find("task"))
    task->fail("'" + name + "' is no model; remove 'task'");
  if (const auto value = yaml.find("default")) read_default(*value, variable);
  if (variable.type == VariableType::kModel) variable.default_value = "";
  return variable;
}

VariableValue resolve_variable(const PipelineVariable& variable, const std::string& value) {
  if (g_utf8_validate(value.data(), static_cast<gssize>(value.size()), nullptr) == FALSE)
    throw UsageError("--set " + variable.name + "=…: the value is not UTF-8");
  switch (variable.type) {
    case VariableType::kText:
    case VariableType::kPath:
      return {value, false, false};
    case VariableType::kFile:
      return {checked_file(variable, value), false, false};
    case VariableType::kNumber:
      check_number<double>(variable, value, "a number");
      return {value, false, true};
    case VariableType::kInteger:
      check_number<std::int64_t>(variable, value, "a whole number");
      return {value, false, true};
    case VariableType::kBoolean:
      if (value != "true" && value != "false") refuse(variable, value, "true or false");
      return {value, false, true};
    case VariableType::kDuration:
      if (const auto duration = parse_duration(value)) return {std::to_string(*duration), false, true};
      refuse(variable, value, "a duration such as 8s, 1.5s, 200ms or 2min");
    case VariableType::kChoice:
      if (std::find(variable.values.begin(), variable.values.end(), value) == variable.values.end()) {
        std::string all;
        for (const std::string& word : variable.values) all += (all.empty() ? "" : ", ") + word;
        refuse(variable, value, "one of " + all);
      }
      return {value, false, is_launch_word(value)};
    case VariableType::kModel:
      return {value.empty() ? default_model(program_directory(), variable.task) : value, false, false};
    case VariableType::kSource:
      return {source_elements(variable, value), true, false};
    case VariableType::kElements:
      return {value, true, false};
  }
  return {};
}

}  // namespace blip
