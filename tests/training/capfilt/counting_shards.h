#pragma once

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/training/capfilt/counting_model.h"
#include "training/capfilt/capfilt_run.h"
#include "training/data/shard_writer.h"

namespace blip::test {

// A sample that shows `number` and came with `text`.
inline ShardFiles web_sample(int number, const std::string& text) {
  return {{"png", png_of(2, 2, static_cast<std::uint8_t>(number), 0, 0)},
          {"json", "{\"web\": {\"text\": \"" + text + "\", \"label\": \"l" + std::to_string(number % 3) + "\"}}"}};
}

// Shards of pictures 0, 1, … whose text names their digit, except for every third, which is called "dog".
inline void write_web_shards(const std::filesystem::path& folder, int samples, int samples_per_shard) {
  ShardWriter writer(folder, samples_per_shard);
  for (int i = 0; i < samples; ++i)
    writer.add("p" + std::to_string(1000 + i), web_sample(i, i % 3 == 0 ? "a dog" : "cat " + std::to_string(i % 10)));
  writer.finish();
}

// Captioner and filter in one model of one vision pass.
inline CapFilt counting_capfilt(CapFiltOptions options = {}) {
  options.generation = nucleus_decoding();
  options.generation.min_length = 1;
  options.batch_size = 4;
  const auto setup = counting_model(Layout::kPretrain);
  return CapFilt(setup.model, setup.model, options);
}

inline nlohmann::ordered_json settings_for(const WorkPlan& plan) {
  return {{"program", "test"}, {"units", plan.units.size()}, {"inputs", plan.inputs_id}, {"threshold", 0.5}};
}

inline CapFiltCounts run_into(const std::filesystem::path& output, const WorkInputs& inputs,
                              CapFiltRunOptions options = {}) {
  options.batch_size = 4;
  CapFilt models = counting_capfilt();
  const WorkPlan plan = plan_work(inputs);
  return run_capfilt(models, plan, CapFiltFolder::open(output, settings_for(plan)), options);
}

// Name and bytes of every file of a run but its lock.
inline std::vector<std::pair<std::string, std::string>> files_of(const std::filesystem::path& folder) {
  std::vector<std::pair<std::string, std::string>> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = std::filesystem::relative(entry.path(), folder).string();
    if (entry.is_regular_file() && name != "lock") files.emplace_back(name, read_file(entry.path()));
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace blip::test
