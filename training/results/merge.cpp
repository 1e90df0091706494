#include "training/results/merge.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "training/results/run_files.h"
#include "training/results/sample_log.h"

namespace blip {
namespace fs = std::filesystem;
namespace {

std::string quoted(const fs::path& path) {
  return "'" + path.string() + "'";
}

// The fingerprint that all have. Throws unless they are the shards of one run, each once.
Fingerprint expect_one_run(std::span<const fs::path> shards) {
  if (shards.empty()) throw Error(ErrorKind::kInvalidArgument, "no shards to merge");
  const CompleteRun first = read_run(shards[0], /*with_samples=*/false);
  const std::int64_t count = first.start.shard.count;
  std::map<std::int64_t, fs::path> by_index;
  for (const fs::path& folder : shards) {
    const CompleteRun run = read_run(folder, /*with_samples=*/false);
    if (const std::string field = difference(first.start.fingerprint, run.start.fingerprint); !field.empty())
      throw Error(ErrorKind::kInvalidArgument,
                  quoted(shards[0]) + " and " + quoted(folder) + " are of different runs: " + field);
    if (run.start.shard.count != count)
      throw Error(ErrorKind::kInvalidArgument, quoted(shards[0]) + " is one of " + std::to_string(count) + " shards, " +
                                                   quoted(folder) + " one of " + std::to_string(run.start.shard.count));
    if (const auto [same, is_new] = by_index.emplace(run.start.shard.index, folder); !is_new)
      throw Error(ErrorKind::kInvalidArgument, quoted(same->second) + " and " + quoted(folder) + " are both shard " +
                                                   std::to_string(run.start.shard.index) + "/" + std::to_string(count));
  }
  std::string missing;
  for (std::int64_t index = 0; index < count; ++index)
    if (!by_index.contains(index))
      missing += (missing.empty() ? "" : ", ") + std::to_string(index) + "/" + std::to_string(count);
  if (!missing.empty()) throw Error(ErrorKind::kInvalidArgument, "missing among the shards: " + missing);
  return first.start.fingerprint;
}

struct MergedSample {
  std::string key;
  LoggedSample sample;
  std::size_t shard = 0;  // which of the folders
};

}  // namespace

RunFolder merge_shards(std::span<const fs::path> shards, const fs::path& output) {
  const Fingerprint fingerprint = expect_one_run(shards);
  std::vector<MergedSample> merged;
  for (std::size_t shard = 0; shard < shards.size(); ++shard)
    for (auto& [key, sample] : read_samples(shards[shard] / "samples.jsonl"))
      merged.push_back({key, std::move(sample), shard});
  std::sort(merged.begin(), merged.end(), [](const MergedSample& a, const MergedSample& b) {
    return std::tie(a.sample.index, a.key) < std::tie(b.sample.index, b.key);
  });
  std::map<std::string, std::size_t> owners;
  for (const MergedSample& one : merged)
    if (const auto [owner, is_new] = owners.emplace(one.key, one.shard); !is_new)
      throw Error(ErrorKind::kInvalidData, quoted(shards[owner->second]) + " and " + quoted(shards[one.shard]) +
                                               " both have the sample '" + one.key + "'");

  RunFolder folder = RunFolder::open(output, fingerprint, {}, /*resume=*/true);
  for (const MergedSample& one : merged) {
    const nlohmann::json* known = folder.find(one.key);
    if (known == nullptr)
      folder.append(one.sample.index, one.key, one.sample.record);
    else if (*known != one.sample.record)
      throw Error(ErrorKind::kInvalidArgument, quoted(output) + " has another record of the sample '" + one.key +
                                                   "' than " + quoted(shards[one.shard]) + "; give another folder");
  }
  folder.sync();
  return folder;
}

Fingerprint read_fingerprint(const fs::path& folder) {
  const auto start = find_start(folder);
  if (!start) throw Error(ErrorKind::kNotFound, quoted(folder) + " holds no run: there is no run.json");
  return start->fingerprint;
}

}  // namespace blip
