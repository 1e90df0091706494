#include <unordered_map>

#include "training/benchmarks/annotation_stream.h"
#include "training/benchmarks/entry_collector.h"
#include "training/benchmarks/load_benchmark.h"

namespace blip {

std::map<std::string, std::vector<std::string>> read_caption_references(const std::filesystem::path& file) {
  std::map<std::string, std::vector<std::string>> references;
  read_json_parts(file, {{"annotations", [&](const nlohmann::json& object, const std::string& where) {
                            const JsonEntry entry(object, where);
                            references[entry.id("image_id")].push_back(entry.text("caption"));
                          }}});
  return references;
}

std::string coco_image_id(const std::string& name) {
  const std::string stem = std::filesystem::path(name).stem().string();
  const std::string digits = stem.substr(stem.rfind('_') + 1);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos) return name;
  const auto first = digits.find_first_not_of('0');
  return first == std::string::npos ? "0" : digits.substr(first);
}

CaptionBenchmark load_captions(const BenchmarkFiles& files, const ReadOptions& options) {
  const bool is_coco = files.row->info.name == "coco-caption", is_nocaps = files.row->info.name == "nocaps";
  const bool own_references = !is_nocaps && !files.companion;
  std::map<std::string, std::vector<std::string>> ground_truth;
  if (!own_references) ground_truth = read_caption_references(is_nocaps ? files.annotations : *files.companion);

  EntryCollector collector(files, options.limit);
  CaptionBenchmark benchmark;
  std::unordered_map<std::string, std::size_t> targets;  // by id
  collector.read([&](const AnnotationEntry& entry) {
    const std::string name = collector.medium_name(entry);
    CaptionTarget target;
    target.id = is_coco ? coco_image_id(name) : is_nocaps ? collector.id_of(entry) : name;
    if (is_nocaps) target.domain = entry.fields.text("domain");
    if (own_references) {
      target.references = entry.fields.text_or_texts(entry.form.text);
      if (const auto known = targets.find(target.id); known != targets.end() && !entry.form.one_row_each) {
        auto& all = benchmark.targets[known->second].references;
        all.insert(all.end(), target.references.begin(), target.references.end());
        return;
      }
    }
    if (collector.is_full(benchmark.targets.size())) return;
    if ((entry.form.one_row_each || is_nocaps) && !collector.is_new(target.id)) return;
    if (!own_references) {
      const auto found = ground_truth.find(target.id);
      if (found == ground_truth.end()) entry.fields.fail("has no captions under the id " + target.id);
      target.references = std::move(found->second);
    }
    const auto medium = collector.medium_of(name);
    if (!medium) return;
    target.medium = *medium;
    targets.emplace(target.id, benchmark.targets.size());
    benchmark.targets.push_back(std::move(target));
  });
  benchmark.source = collector.source();
  benchmark.media = collector.take_media();
  return benchmark;
}

}  // namespace blip
