#include "training/eval/caption_protocol.h"

#include <span>
#include <string>
#include <vector>

#include "core/tasks/abilities.h"
#include "core/tasks/captioner.h"

namespace blip {

using Json = nlohmann::json;

void run_captions(LoadedModel& model, const CaptionBenchmark& benchmark, MediaFeatures& features,
                  const CaptionOptions& options, const Shard& shard, SampleRecords& records, const RunHooks& hooks) {
  need_captions(model.checkpoint);
  const auto key_of = [&](std::size_t target) { return "caption " + benchmark.targets[target].id; };
  std::vector<std::vector<std::size_t>> open(benchmark.media.size());  // targets of each medium without a caption yet
  for (std::size_t t = 0; t < benchmark.targets.size(); ++t) {
    const std::size_t medium = benchmark.targets[t].medium;
    if (takes(shard, medium) && records.find(key_of(t)) == nullptr) open[medium].push_back(t);
  }
  std::vector<std::size_t> order;
  for (std::size_t m = 0; m < open.size(); ++m)
    if (!open[m].empty()) order.push_back(m);

  const auto append = [&](std::size_t medium, const char* field, const std::string& value) {
    for (const std::size_t t : open[medium]) {
      const CaptionTarget& target = benchmark.targets[t];
      records.append(static_cast<std::int64_t>(t), key_of(t),
                     {{"index", t},
                      {"id", target.id},
                      {"medium", benchmark.media[medium].id},
                      {"domain", target.domain},
                      {"references", target.references},
                      {field, value}});
    }
  };
  std::size_t done = 0;
  features.for_each(
      order,
      [&](std::size_t m, const MediumFeatures& medium) {
        hooks.at("captions", done++, order.size());
        append(m, "prediction", caption(model, std::span(&medium.joined, 1), options).front().text);
      },
      [&](std::size_t m, const std::string& reason) {
        ++done;
        append(m, "failed", reason);
      });
}

}  // namespace blip
