#include "training/benchmarks/entry_collector.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

#include "core/base/error.h"
#include "training/benchmarks/annotation_stream.h"

namespace blip {
namespace {

using nlohmann::json;

std::string replaced(std::string text, std::string_view from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

std::string twelve_digits(const std::string& number) {
  std::ostringstream text;
  text << std::setw(12) << std::setfill('0') << number;
  return text.str();
}

}  // namespace

EntryCollector::EntryCollector(const BenchmarkFiles& files, std::int64_t limit)
    : files_(files), limit_(limit), finder_(files.media_folders) {
  source_.layout = files.row->info.name;
  source_.annotations = {files.annotations};
  if (files.companion) source_.annotations.push_back(*files.companion);
}

const EntryForm& EntryCollector::form_of(const json& object) const {
  for (const EntryForm& form : files_.row->forms) {
    const bool fits = object.contains(form.medium) && (form.text.empty() || object.contains(form.text));
    if (fits) return form;
  }
  return files_.row->forms.front();  // whose errors say what is missing
}

void EntryCollector::read(const std::function<void(const AnnotationEntry& entry)>& use) {
  std::int64_t broken = 0;
  const auto take = [&](const json& object, const std::string& where) {
    ++source_.entries;
    try {
      const JsonEntry fields(object, where);
      use({fields, object, form_of(object)});
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kInvalidData) throw;
      leave_out_broken(error.what());
      ++broken;
    }
  };
  const auto take_broken_line = [&](const std::string& what) {
    ++source_.entries;
    ++broken;
    leave_out_broken(what);
  };

  const auto& forms = files_.row->forms;
  const EntryForm* form = &forms.front();
  const bool rows_or_part = std::ranges::any_of(forms, [&](const EntryForm& one) { return one.part != form->part; });
  if (const EntryForm* found = rows_or_part ? form_of_file(files_) : nullptr) form = found;
  if (form->part == "*") {
    read_json_members(files_.annotations, [&](const std::string& name, const json& object, const std::string& where) {
      json entry = object;
      if (entry.is_object()) entry.emplace(form->id, name);
      take(entry, where);
    });
  } else if (form->part.empty()) {
    read_json_rows(files_.annotations, take, take_broken_line);
  } else {
    read_json_parts(files_.annotations, {{std::string(form->part), take}});
  }
  if (broken < source_.entries) return;
  const auto& what = source_.problems.broken_entries;
  fail_as_another_layout(files_, what.empty() ? "" : what.front());
}

std::string EntryCollector::medium_name(const AnnotationEntry& entry) const {
  const EntryForm& form = entry.form;
  if (form.medium_name.empty()) return entry.fields.text(form.medium);
  const std::string coco = files_.split.starts_with("test") ? "test2015" : files_.split + "2014";
  const std::string name = replaced(replaced(std::string(form.medium_name), "{split}", files_.split), "{coco}", coco);
  return replaced(name, "{id}", twelve_digits(entry.fields.id(form.medium)));
}

std::string EntryCollector::id_of(const AnnotationEntry& entry) const {
  const std::string_view field = entry.form.id;
  if (!field.empty() && entry.fields.has(field)) return entry.fields.id(field);
  return "entry " + std::to_string(source_.entries - 1);
}

bool EntryCollector::is_new(const std::string& id) {
  if (ids_.insert(id).second) return true;
  source_.problems.duplicate_ids.push_back(id);
  ++source_.problems.entries_left_out;
  return false;
}

void EntryCollector::leave_out_without_answers(const std::string& id) {
  source_.problems.without_answers.push_back(id);
  ++source_.problems.entries_left_out;
}

void EntryCollector::leave_out_broken(const std::string& what) {
  source_.problems.broken_entries.push_back(what);
  ++source_.problems.entries_left_out;
}

std::optional<std::vector<std::size_t>> EntryCollector::media_of(const std::vector<std::string>& names) {
  std::vector<std::filesystem::path> paths;
  for (const std::string& name : names) {
    if (const auto known = indices_.find(name); known != indices_.end()) {
      paths.push_back(media_[known->second].path);
    } else if (!missing_.contains(name)) {
      if (auto path = finder_.find(name)) {
        paths.push_back(std::move(*path));
      } else {
        missing_.insert(name);
        source_.problems.missing_media.push_back(name);
      }
    }
  }
  if (paths.size() < names.size()) {
    ++source_.problems.entries_left_out;
    return std::nullopt;
  }
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto [known, is_first] = indices_.emplace(names[i], media_.size());
    if (is_first) media_.push_back({names[i], paths[i], media_kind(paths[i])});
    indices.push_back(known->second);
  }
  return indices;
}

std::optional<std::size_t> EntryCollector::medium_of(const std::string& name) {
  const auto indices = media_of({name});
  return indices ? std::optional(indices->front()) : std::nullopt;
}

BenchmarkSource EntryCollector::source() const {
  BenchmarkSource source = source_;
  source.data_id = content_id(source.annotations);
  return source;
}

}  // namespace blip
