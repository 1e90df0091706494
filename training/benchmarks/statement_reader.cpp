#include "training/benchmarks/entry_collector.h"
#include "training/benchmarks/load_benchmark.h"

namespace blip {
namespace {

bool truth_of(const AnnotationEntry& entry) {
  const auto label = entry.json.find("label");
  if (label != entry.json.end() && label->is_boolean()) return label->get<bool>();
  const std::string text = entry.fields.text("label");
  if (text != "True" && text != "False") entry.fields.fail("'label' is '" + text + "'; must be True or False");
  return text == "True";
}

}  // namespace

StatementBenchmark load_statements(const BenchmarkFiles& files, const ReadOptions& options) {
  EntryCollector collector(files, options.limit);
  StatementBenchmark benchmark;
  collector.read([&](const AnnotationEntry& entry) {
    Statement statement;
    statement.id = collector.id_of(entry);
    statement.text = entry.fields.text(entry.form.text);
    statement.truth = truth_of(entry);
    const auto names = entry.fields.texts(entry.form.medium);
    if (names.size() != 2) entry.fields.fail("'images' has " + std::to_string(names.size()) + " pictures; must have 2");
    if (collector.is_full(benchmark.statements.size()) || !collector.is_new(statement.id)) return;
    const auto media = collector.media_of(names);
    if (!media) return;
    statement.first = media->front();
    statement.second = media->back();
    benchmark.statements.push_back(std::move(statement));
  });
  benchmark.source = collector.source();
  benchmark.media = collector.take_media();
  return benchmark;
}

}  // namespace blip
