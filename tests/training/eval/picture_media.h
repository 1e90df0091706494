#pragma once

#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/golden_model.h"
#include "tests/support/temp_dir.h"
#include "training/eval/evaluation_result.h"
#include "training/eval/media_features.h"

namespace blip::test {

// Pictures to ask a model about: "a", "b" and "c" are there, "broken" is no picture.
class PictureMedia {
 public:
  PictureMedia() {
    const auto good = golden_dir() / "preprocess";
    std::ofstream(folder_ / "broken.png") << "no picture";
    media_ = {{"a", good / "a_97x61.png", MediaKind::kImage},
              {"broken", folder_ / "broken.png", MediaKind::kImage},
              {"b", good / "b_640x360.png", MediaKind::kImage},
              {"c", good / "c_33x200.png", MediaKind::kImage}};
  }
  const std::vector<Medium>& media() const { return media_; }
  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  TempDir folder_;
  std::vector<Medium> media_;
};

inline std::shared_ptr<LoadedModel> golden_model(const std::string& name) {
  return load_model(golden_dir() / "pth" / (name + ".pth"));
}

inline EachRecord each_record(const MemoryRecords& records) {
  return [&records](const auto& take) {
    for (const auto& [key, record] : records.all()) take(key, record);
  };
}

inline double metric_value(const RunResult& result, const std::string& key) {
  for (const Metric& metric : result.metrics)
    if (metric.key == key) return metric.value;
  throw std::runtime_error("no metric " + key);
}

// Runs a protocol whole, in two shards, and after it was stopped half-way: the records must be the same. Returns them.
// run(features, shard, records, hooks); the run is stopped after that many calls of hooks.at().
using RunProtocol = std::function<void(MediaFeatures&, const Shard&, SampleRecords&, const RunHooks&)>;
inline std::map<std::string, nlohmann::json> records_however_run(LoadedModel& model, const PictureMedia& pictures,
                                                                 const RunProtocol& run,
                                                                 std::size_t calls_before_stop = 2) {
  const auto features = [&] { return MediaFeatures(model, pictures.media(), {}); };
  MemoryRecords whole, shards, resumed;
  {
    auto made = features();
    run(made, {}, whole, {});
  }
  for (std::int64_t s = 0; s < 2; ++s) {
    auto made = features();
    run(made, {s, 2}, shards, {});
  }
  RunHooks stopping;
  std::size_t calls = 0;
  stopping.stop_requested = [&] { return ++calls > calls_before_stop; };
  auto made = features();
  bool stopped = false;
  try {
    run(made, {}, resumed, stopping);
  } catch (const Error& error) {
    stopped = error.kind() == ErrorKind::kCancelled;
  }
  if (!stopped || resumed.all().size() >= whole.all().size()) throw std::runtime_error("the run was not stopped");
  run(made, {}, resumed, {});
  if (shards.all() != whole.all()) throw std::runtime_error("two shards give other records than one run");
  if (resumed.all() != whole.all()) throw std::runtime_error("a resumed run gives other records");
  return whole.all();
}

}  // namespace blip::test
