#include "pipelines/runner/pipeline_file.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

std::vector<PipelineVariable> read_variables(const YamlValue& file) {
  std::vector<PipelineVariable> variables;
  const auto declared = file.find("variables");
  if (!declared) return variables;
  for (const auto& [name, yaml] : declared->entries()) variables.push_back(read_variable(name, yaml));
  return variables;
}

const PipelineVariable* find_variable(const std::vector<PipelineVariable>& variables, const std::string& name) {
  const auto found =
      std::find_if(variables.begin(), variables.end(), [&](const auto& variable) { return variable.name == name; });
  return found == variables.end() ? nullptr : &*found;
}

std::string names_of(const std::vector<PipelineVariable>& variables) {
  std::string names;
  for (const auto& variable : variables) names += (names.empty() ? "" : ", ") + variable.name;
  return names.empty() ? "none" : names;
}

void check_use(const YamlValue& file, const PipelineFile& pipeline) {
  const auto used = pipeline.launch.variables();
  for (const std::string& name : used)
    if (find_variable(pipeline.variables, name) == nullptr)
      file.at("launch").fail_at(pipeline.launch.line_of(name),
                                "{" + name + "} is not under 'variables' (" + names_of(pipeline.variables) +
                                    "); declare it, or write {{" + name + "}} for braces");
  for (const PipelineVariable& variable : pipeline.variables)
    if (std::find(used.begin(), used.end(), variable.name) == used.end())
      file.at("variables").at(variable.name).fail("'" + variable.name + "' is not used in the launch line; remove it");
}

}  // namespace

PipelineFile read_pipeline_file(const std::filesystem::path& file) {
  const YamlValue yaml = YamlValue::read_file(file);
  yaml.expect_keys({"name", "description", "variables", "launch", "messages"});
  PipelineFile pipeline{yaml.at("name").text(),
                        yaml.at("description").text(),
                        read_variables(yaml),
                        LaunchTemplate(yaml.at("launch")),
                        {}};
  if (const auto messages = yaml.find("messages"))
    for (const YamlValue& message : messages->items()) pipeline.messages.push_back(message.text());
  check_use(yaml, pipeline);
  return pipeline;
}

std::vector<LaunchWord> fill_pipeline(const PipelineFile& pipeline,
                                      const std::map<std::string, std::string>& settings) {
  for (const auto& [name, value] : settings)
    if (find_variable(pipeline.variables, name) == nullptr)
      throw UsageError("--set " + name + "=" + value + ": '" + pipeline.name + "' has no such variable; it has " +
                       names_of(pipeline.variables));
  std::map<std::string, VariableValue> values;
  std::string missing;
  for (const PipelineVariable& variable : pipeline.variables) {
    const auto set = settings.find(variable.name);
    if (set != settings.end())
      values[variable.name] = resolve_variable(variable, set->second);
    else if (variable.default_value)
      values[variable.name] = resolve_variable(variable, *variable.default_value);
    else
      missing += (missing.empty() ? "" : ", ") + ("--set " + variable.name + "=… (") + variable.help + ")";
  }
  if (!missing.empty()) throw UsageError("'" + pipeline.name + "' needs " + missing);
  return pipeline.launch.fill([&](const std::string& name) { return values.at(name); });
}

std::string variables_text(const PipelineFile& pipeline) {
  std::ostringstream out;
  for (const PipelineVariable& variable : pipeline.variables) {
    out << "  " << std::left << std::setw(16) << variable.name << ' ' << std::setw(9)
        << variable_type_name(variable.type) << ' ' << variable.help;
    if (!variable.default_value)
      out << " (must be set)";
    else if (variable.type == VariableType::kModel)
      out << " (default: $GST_BLIP_MODEL, else the small model that comes with gst-blip)";
    else
      out << " (default: " << *variable.default_value << ")";
    out << '\n';
  }
  return out.str();
}

}  // namespace blip
