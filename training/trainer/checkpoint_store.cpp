#include "training/trainer/checkpoint_store.h"

#include <algorithm>
#include <cstdio>
#include <system_error>

#include "core/base/error.h"

namespace blip {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kPrefix = "step-";
constexpr std::size_t kDigits = 8;

std::optional<std::int64_t> step_of(const std::string& name) {
  if (!name.starts_with(kPrefix)) return std::nullopt;
  const std::string digits = name.substr(kPrefix.size());
  const bool number = digits.size() >= kDigits && digits.size() <= 18 &&
                      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  return number ? std::optional(std::stoll(digits)) : std::nullopt;
}

}  // namespace

CheckpointStore::CheckpointStore(fs::path folder) : folder_(std::move(folder)) {}

fs::path CheckpointStore::path_of(std::int64_t step) const {
  char name[32];
  std::snprintf(name, sizeof name, "step-%08lld", static_cast<long long>(step));
  return folder_ / name;
}

std::vector<std::int64_t> CheckpointStore::steps() const {
  std::vector<std::int64_t> steps;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder_, ignored))
    if (const auto step = step_of(entry.path().filename().string())) steps.push_back(*step);
  std::sort(steps.begin(), steps.end());
  return steps;
}

void CheckpointStore::save(const TrainingCheckpoint& checkpoint) const {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) throw Error(ErrorKind::kFailed, "cannot make '" + folder_.string() + "': " + error.message());
  const fs::path target = path_of(checkpoint.step);
  if (!fs::exists(target, error)) return write_training_checkpoint(checkpoint, target);
  // Written anew beside the old one, which goes only when the new one is complete.
  const fs::path fresh = folder_ / "new", old = folder_ / "old";
  fs::remove_all(fresh, error);
  fs::remove_all(old, error);
  write_training_checkpoint(checkpoint, fresh);
  fs::rename(target, old, error);
  fs::rename(fresh, target, error);
  if (error) throw Error(ErrorKind::kFailed, "cannot write '" + target.string() + "': " + error.message());
  fs::remove_all(old, error);
}

std::optional<TrainingCheckpoint> CheckpointStore::read_latest(
    const std::function<void(const std::string&)>& report) const {
  const auto all = steps();
  std::string last;
  for (auto step = all.rbegin(); step != all.rend(); ++step) {
    try {
      return read_training_checkpoint(path_of(*step));
    } catch (const Error& e) {
      last = e.what();
      report("skipped a damaged checkpoint: " + last);
    }
  }
  if (all.empty()) return std::nullopt;
  throw Error(ErrorKind::kInvalidData, "all " + std::to_string(all.size()) + " checkpoints in '" + folder_.string() +
                                           "' are damaged (" + last + "); begin anew with --restart");
}

void CheckpointStore::prune(std::int64_t keep, const std::set<std::int64_t>& also) const {
  std::error_code ignored;
  const auto all = steps();
  const auto removed = std::max<std::int64_t>(0, static_cast<std::int64_t>(all.size()) - keep);
  for (std::int64_t i = 0; i < removed; ++i)
    if (!also.contains(all[static_cast<std::size_t>(i)]))
      fs::remove_all(path_of(all[static_cast<std::size_t>(i)]), ignored);
  std::vector<fs::path> left;
  for (const auto& entry : fs::directory_iterator(folder_, ignored))
    if (entry.path().filename().string().find(".part-") != std::string::npos) left.push_back(entry.path());
  for (const fs::path& path : left) fs::remove_all(path, ignored);
}

}  // namespace blip
