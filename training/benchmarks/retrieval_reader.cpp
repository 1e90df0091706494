#include "training/benchmarks/entry_collector.h"
#include "training/benchmarks/load_benchmark.h"

namespace blip {

RetrievalBenchmark load_retrieval(const BenchmarkFiles& files, const ReadOptions& options) {
  EntryCollector collector(files, options.limit);
  RetrievalBenchmark benchmark;
  std::size_t media = 0;
  collector.read([&](const AnnotationEntry& entry) {
    const std::string name = collector.medium_name(entry);
    const auto texts = entry.fields.text_or_texts(entry.form.text);
    if (collector.is_full(media) && !collector.knows(name)) return;
    // A row with a list has all texts of its medium; a row with one text is one of several, but for 1k-A.
    const bool one_row_each = entry.form.one_row_each || entry.json.at(entry.form.text).is_array();
    if (one_row_each && !collector.is_new(name)) return;
    const auto medium = collector.medium_of(name);
    if (!medium) return;
    media = std::max(media, *medium + 1);
    for (const std::string& text : texts) {
      benchmark.texts.push_back(text);
      benchmark.media_of_text.push_back(*medium);
    }
  });
  benchmark.source = collector.source();
  benchmark.media = collector.take_media();
  return benchmark;
}

}  // namespace blip
