#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace blip {

enum class OutputFormat { kText, kJson, kSrt, kVtt };

// "text", "json", "srt", "vtt"; nothing for another word.
std::optional<OutputFormat> parse_output_format(std::string_view name);

std::string_view output_format_name(OutputFormat format);

// The ending of a file of this format: ".txt", ".jsonl", ".srt", ".vtt".
std::string_view output_extension(OutputFormat format);

// The format that a file name's ending tells: .srt, .vtt, .json, .jsonl; nothing for others.
std::optional<OutputFormat> format_of_file_name(const std::filesystem::path& file);

// Whether a file of this format can tell of one source only, because its records do not name theirs.
bool holds_one_source(OutputFormat format);

}  // namespace blip
