#include "pipelines/records/output_plan.h"

#include <map>
#include <system_error>

#include "pipelines/terminal/usage_error.h"

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
      throw UsageError("the output '" + output.string() + "' is one of the input files; give -o another name");
  }
}

// talk.mp4 -> DIRECTORY/talk.srt
std::vector<fs::path> one_file_each(const JobFiles& job, OutputFormat format) {
  std::vector<fs::path> files;
  std::map<fs::path, std::string> taken;
  for (const std::string& source : job.files) {
    fs::path file = job.output / fs::path(source).filename();
    file.replace_extension(output_extension(format));
    const auto [former, is_new] = taken.emplace(file, source);
    if (!is_new)
      throw UsageError("'" + former->second + "' and '" + source + "' would both be written to '" + file.string() +
                       "'; give them in two runs");
    refuse_overwriting(file, job.files);
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace

OutputPlan plan_output(const JobFiles& job) {
  OutputPlan plan;
  const bool directory = names_directory(job.output);
  plan.format =
      job.format.value_or((directory ? std::nullopt : format_of_file_name(job.output)).value_or(OutputFormat::kText));
  if (directory) {
    plan.directory = job.output;
    plan.each = one_file_each(job, plan.format);
    return plan;
  }
  if (holds_one_source(plan.format) && job.files.size() > 1)
    throw UsageError("one " + std::string(output_format_name(plan.format)) + " file cannot hold the cues of " +
                     std::to_string(job.files.size()) + " files; give -o a directory, for example -o results/");
  if (!job.output.empty()) refuse_overwriting(job.output, job.files);
  plan.file = job.output;
  return plan;
}

}  // namespace blip
