#include "training/benchmarks/benchmark_files.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <set>
#include <system_error>

#include "core/base/error.h"
#include "training/benchmarks/annotation_stream.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

constexpr std::array kAnnotationFolders{".", "annotations", "annotation", "txt"};

bool is_file(const fs::path& path) {
  std::error_code ignored;  // what cannot be looked at is not there
  return fs::is_regular_file(path, ignored);
}

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

std::string with_split(std::string_view pattern, const std::string& split) {
  std::string name(pattern);
  constexpr std::string_view kSplit = "{split}";
  for (auto at = name.find(kSplit); at != std::string::npos; at = name.find(kSplit))
    name.replace(at, kSplit.size(), split);
  return name;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : std::string(between)) + word;
  return text;
}

std::string checked_split(const LayoutRow& row, const std::string& split) {
  const auto splits = words_of_list(row.splits);
  if (split.empty()) return splits.empty() ? "" : splits.front();
  if (std::ranges::find(splits, split) != splits.end()) return split;
  throw Error(ErrorKind::kInvalidArgument,
              std::string(row.info.name) + " has no split '" + split + "'; " +
                  (splits.empty() ? "name its file instead" : "there are " + joined(splits, ", ")));
}

// The only JSON file of a folder of one's own data.
std::optional<fs::path> only_json_file(const fs::path& folder) {
  std::optional<fs::path> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const auto extension = entry.path().extension();
    if (!is_file(entry.path()) || (extension != ".json" && extension != ".jsonl")) continue;
    if (found) return std::nullopt;
    found = entry.path();
  }
  return found;
}

fs::path find_annotations(const LayoutRow& row, const fs::path& folder, const std::string& split) {
  const auto names = words_of_list(with_split(row.files, split));
  for (const std::string& name : names)
    for (const char* place : kAnnotationFolders)
      if (const auto file = (folder / place / name).lexically_normal(); is_file(file)) return file;
  if (row.splits.empty())
    if (const auto file = only_json_file(folder)) return *file;
  throw Error(ErrorKind::kNotFound, "'" + folder.string() + "' has no annotation file of " +
                                        std::string(row.info.name) + ": looked for " + joined(names, ", ") +
                                        " in it and in its annotations/, annotation/ and txt/; see " +
                                        std::string(row.info.documentation));
}

std::vector<fs::path> media_folders(const LayoutRow& row, const fs::path& folder, const std::string& split,
                                    const fs::path& asked) {
  if (!asked.empty()) {
    if (!is_folder(asked)) throw Error(ErrorKind::kNotFound, "folder '" + asked.string() + "' does not exist");
    return {asked};
  }
  std::vector<fs::path> folders;
  for (const std::string& name : words_of_list(with_split(row.media_folders, split)))
    if (const auto place = (folder / name).lexically_normal(); is_folder(place)) folders.push_back(place);
  return folders;
}

// The names in `list` as "'a' and 'b'".
std::string fields_of_form(const EntryForm& form) {
  if (form.part == "*") return "an object of entries with '" + std::string(form.medium) + "'";
  if (!form.part.empty()) return "a list '" + std::string(form.part) + "'";
  return "'" + std::string(form.medium) + "' and '" + std::string(form.text) + "'";
}

bool has_form(const std::set<std::string>& fields, const EntryForm& form) {
  if (form.part == "*")
    return std::ranges::any_of(fields, [suffix = "." + std::string(form.medium)](const std::string& field) {
      return field.ends_with(suffix);
    });
  if (!form.part.empty()) return fields.contains(std::string(form.part));
  return fields.contains(std::string(form.medium)) && fields.contains(std::string(form.text));
}

}  // namespace

BenchmarkFiles find_benchmark_files(const LayoutRow& row, const fs::path& folder, const ReadOptions& options) {
  const bool names_file = is_file(folder);
  if (!names_file && !is_folder(folder))
    throw Error(ErrorKind::kNotFound, "folder '" + folder.string() + "' does not exist");
  const fs::path root = names_file ? (folder.has_parent_path() ? folder.parent_path() : fs::path(".")) : folder;

  BenchmarkFiles files;
  files.row = &row;
  files.split = checked_split(row, options.split);
  if (!options.annotations.empty()) {
    files.annotations = options.annotations;
    if (!is_file(files.annotations))
      throw Error(ErrorKind::kNotFound, "annotation file '" + files.annotations.string() + "' does not exist");
  } else {
    files.annotations = names_file ? folder : find_annotations(row, root, files.split);
  }
  if (!row.companion.empty()) {
    const auto companion = files.annotations.parent_path() / with_split(row.companion, files.split);
    if (is_file(companion) && companion != files.annotations) files.companion = companion;
  }
  files.media_folders = media_folders(row, root, files.split, options.media);
  return files;
}

const EntryForm* form_of_file(const BenchmarkFiles& files) {
  const auto fields = fields_of_file(files.annotations);
  const auto& forms = files.row->forms;
  const auto form = std::ranges::find_if(forms, [&](const EntryForm& one) { return has_form(fields, one); });
  return form == forms.end() ? nullptr : &*form;
}

void fail_as_another_layout(const BenchmarkFiles& files, const std::string& broken) {
  const std::string name = "'" + files.annotations.string() + "'";
  const auto fields = fields_of_file(files.annotations);
  if (broken.empty() && (fields.empty() || form_of_file(files) != nullptr))
    throw Error(ErrorKind::kInvalidData, name + " has no entries");
  if (fields.empty() || form_of_file(files) != nullptr)
    throw Error(ErrorKind::kInvalidData, "no entry of " + name + " can be used: " + broken);
  std::vector<std::string> expected, alike;
  for (const EntryForm& form : files.row->forms) expected.push_back(fields_of_form(form));
  for (const LayoutRow& row : layout_rows())
    if (std::ranges::any_of(row.forms, [&](const EntryForm& form) { return has_form(fields, form); }))
      alike.emplace_back(row.info.name);

  const std::string looks = alike.empty() ? "it has '" + joined({fields.begin(), fields.end()}, "', '") + "'"
                                          : "it looks like " + joined(alike, ", ");
  throw Error(ErrorKind::kInvalidData, name + " is not of " + std::string(files.row->info.name) + ", which has " +
                                           joined(expected, ", or ") + "; " + looks);
}

std::string content_id(const std::vector<fs::path>& files) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  std::array<char, 1 << 16> block;
  for (const fs::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw Error(ErrorKind::kFailed, "cannot read '" + file.string() + "'");
    while (in) {
      in.read(block.data(), block.size());
      for (std::streamsize i = 0; i < in.gcount(); ++i)
        hash = (hash ^ static_cast<unsigned char>(block[static_cast<std::size_t>(i)])) * 0x100000001b3U;
    }
    if (in.bad()) throw Error(ErrorKind::kFailed, "cannot read '" + file.string() + "'");
  }
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash));
  return text.data();
}

}  // namespace blip
