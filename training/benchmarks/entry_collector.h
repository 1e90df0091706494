#pragma once

#include <functional>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "training/benchmarks/benchmark_files.h"
#include "training/benchmarks/media_finder.h"
#include "training/data/json_entry.h"

namespace blip {

// One entry of an annotation file: strictly by fields, or as it is.
struct AnnotationEntry {
  const JsonEntry& fields;
  const nlohmann::json& json;
  const EntryForm& form;
};

// Goes through the entries of a data set and keeps account of what is left out and why; finds the media and numbers
// them in the order in which they are asked for.
class EntryCollector {
 public:
  // `limit`: how many of whatever the caller counts may come in; 0 = all.
  EntryCollector(const BenchmarkFiles& files, std::int64_t limit);

  // Hands every entry of the annotation file to `use`. What `use` throws as kInvalidData makes it a broken entry.
  // Throws Error(kInvalidData) when not one entry has the layout's form.
  void read(const std::function<void(const AnnotationEntry& entry)>& use);

  bool is_full(std::size_t count) const noexcept { return limit_ > 0 && static_cast<std::int64_t>(count) >= limit_; }

  // The name of the entry's medium, as its form says.
  std::string medium_name(const AnnotationEntry& entry) const;
  // "entry N" where the entry has none.
  std::string id_of(const AnnotationEntry& entry) const;

  // False, and the entry is left out, for an id that was there before.
  bool is_new(const std::string& id);
  void leave_out_without_answers(const std::string& id);
  void leave_out_broken(const std::string& what);

  // The numbers of media that are all there; otherwise nothing, and the entry is left out.
  std::optional<std::vector<std::size_t>> media_of(const std::vector<std::string>& names);
  std::optional<std::size_t> medium_of(const std::string& name);
  bool knows(const std::string& name) const { return indices_.contains(name); }

  const BenchmarkFiles& files() const noexcept { return files_; }
  BenchmarkSource source() const;  // with the hash of the files
  std::vector<Medium> take_media() { return std::move(media_); }

 private:
  const EntryForm& form_of(const nlohmann::json& json) const;

  const BenchmarkFiles& files_;
  std::int64_t limit_;
  MediaFinder finder_;
  BenchmarkSource source_;
  std::vector<Medium> media_;
  std::unordered_map<std::string, std::size_t> indices_;
  std::unordered_set<std::string> ids_, missing_;
};

}  // namespace blip
