#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "training/benchmarks/layout_table.h"
#include "training/benchmarks/read_benchmark.h"

namespace blip {

// Where the files of one data set lie.
struct BenchmarkFiles {
  const LayoutRow* row = nullptr;
  std::string split;
  std::filesystem::path annotations;
  std::optional<std::filesystem::path> companion;
  std::vector<std::filesystem::path> media_folders;  // in the order in which they are looked through
};

// Finds the files of the layout `row` in `folder`: the annotation file in it or in its annotations/, annotation/ or
// txt/. `folder` may be the annotation file itself. Throws Error: kInvalidArgument for a split that the layout has not,
// kNotFound for a folder that is not there or has no annotation file (naming those looked for).
BenchmarkFiles find_benchmark_files(const LayoutRow& row, const std::filesystem::path& folder,
                                    const ReadOptions& options);

// Which of the layout's forms the annotation file has, by the fields of its first entry; null = none.
const EntryForm* form_of_file(const BenchmarkFiles& files);

// Throws Error(kInvalidData): the annotation file is not of its layout; says of which it looks. `broken` is what was
// wrong with its first entry, empty if it has none.
[[noreturn]] void fail_as_another_layout(const BenchmarkFiles& files, const std::string& broken);

// 64-bit FNV-1a of the files' bytes one after another, 16 hexadecimal digits. Throws Error(kFailed).
std::string content_id(const std::vector<std::filesystem::path>& files);

}  // namespace blip
