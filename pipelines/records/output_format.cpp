#include "pipelines/records/output_format.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace blip {
namespace {

struct Entry {
  OutputFormat format;
  std::string_view name;
  std::string_view extension;
};

constexpr std::array<Entry, 4> kEntries{{{OutputFormat::kText, "text", ".txt"},
                                         {OutputFormat::kJson, "json", ".jsonl"},
                                         {OutputFormat::kSrt, "srt", ".srt"},
                                         {OutputFormat::kVtt, "vtt", ".vtt"}}};

const Entry& entry_of(OutputFormat format) {
  return *std::find_if(kEntries.begin(), kEntries.end(), [&](const Entry& entry) { return entry.format == format; });
}

}  // namespace

std::optional<OutputFormat> parse_output_format(std::string_view name) {
  for (const Entry& entry : kEntries)
    if (entry.name == name) return entry.format;
  return std::nullopt;
}

std::string_view output_format_name(OutputFormat format) {
  return entry_of(format).name;
}

std::string_view output_extension(OutputFormat format) {
  return entry_of(format).extension;
}

std::optional<OutputFormat> format_of_file_name(const std::filesystem::path& file) {
  std::string ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return std::tolower(c); });
  if (ending == ".srt") return OutputFormat::kSrt;
  if (ending == ".vtt") return OutputFormat::kVtt;
  if (ending == ".json" || ending == ".jsonl") return OutputFormat::kJson;
  return std::nullopt;
}

bool holds_one_source(OutputFormat format) {
  return format == OutputFormat::kSrt || format == OutputFormat::kVtt;
}

}  // namespace blip
