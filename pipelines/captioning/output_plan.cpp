#include "pipelines/captioning/output_plan.h"

#include <map>
#include <system_error>

#include "pipelines/captioning/usage_error.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

bool names_directory(const std::string& output) {
  std::error_code ignored;
  return !output.empty() && (output.back() == '/' || fs::is_directory(output, ignored));
}

void refuse_overwriting(const fs::path& output, const std::vector<std::string>& sources) {
  for (const std::string& source : sources) {
    std::error_code ignored;
    if (fs::equivalent(output, source, ignored))
      throw UsageError("the output '" + output.string() + "' is one of the files to caption; give -o another name");
  }
}

// talk.mp4 -> DIRECTORY/talk.srt
std::vector<fs::path> one_file_each(const CaptionSettings& settings, OutputFormat format) {
  std::vector<fs::path> files;
  std::map<fs::path, std::string> taken;
  for (const std::string& source : settings.files) {
    fs::path file = settings.output / fs::path(source).filename();
    file.replace_extension(output_extension(format));
    const auto [former, is_new] = taken.emplace(file, source);
    if (!is_new)
      throw UsageError("'" + former->second + "' and '" + source + "' would both be written to '" + file.string() +
                       "'; caption them in two runs");
    refuse_overwriting(file, settings.files);
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace

OutputPlan plan_output(const CaptionSettings& settings) {
  OutputPlan plan;
  const bool directory = names_directory(settings.output);
  plan.format = settings.format.value_or(
      (directory ? std::nullopt : format_of_file_name(settings.output)).value_or(OutputFormat::kText));
  if (directory) {
    plan.directory = settings.output;
    plan.each = one_file_each(settings, plan.format);
    return plan;
  }
  if (holds_one_source(plan.format) && settings.files.size() > 1)
    throw UsageError("one " + std::string(output_format_name(plan.format)) + " file cannot hold the cues of " +
                     std::to_string(settings.files.size()) + " files; give -o a directory, for example -o captions/");
  if (!settings.output.empty()) refuse_overwriting(settings.output, settings.files);
  plan.file = settings.output;
  return plan;
}

}  // namespace blip
