#include "training/results/run_folder.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "core/base/error.h"
#include "training/results/run_files.h"
#include "training/results/run_lock.h"
#include "training/results/sample_log.h"

namespace blip {
namespace fs = std::filesystem;
namespace {

std::string shard_text(const Shard& shard) {
  return std::to_string(shard.index) + "/" + std::to_string(shard.count);
}

fs::path made(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw Error(ErrorKind::kFailed, "cannot make the folder '" + folder.string() + "': " + error.message());
  return folder;
}

// What the folder was begun with, or `start`, which is written then.
RunStart begin_or_go_on(const fs::path& folder, RunStart start, bool resume) {
  std::error_code ignored;
  const auto begun = find_start(folder);
  if (!begun) {
    if (fs::exists(folder / "samples.jsonl", ignored))
      throw Error(ErrorKind::kInvalidData, "'" + folder.string() + "' has samples but no run.json, so that nobody " +
                                               "knows what they are of; give another folder");
    write_start(folder, start);
    return start;
  }
  if (const std::string field = difference(start.fingerprint, begun->fingerprint); !field.empty())
    throw Error(ErrorKind::kInvalidArgument,
                "'" + folder.string() + "' is of another run: " + field + "; give another folder");
  if (start.shard.index != begun->shard.index || start.shard.count != begun->shard.count)
    throw Error(ErrorKind::kInvalidArgument, "'" + folder.string() + "' is of another run: shard " +
                                                 shard_text(start.shard) + " here, " + shard_text(begun->shard) +
                                                 " there; give another folder");
  const bool complete = fs::exists(folder / "results.json", ignored);
  if (const auto bytes = fs::file_size(folder / "samples.jsonl", ignored);
      !resume && (complete || (!ignored && bytes > 0)))
    throw Error(ErrorKind::kInvalidArgument, "'" + folder.string() + "' holds this run, " +
                                                 (complete ? "complete" : "begun") +
                                                 "; give --resume to go on, or another folder");
  return *begun;
}

}  // namespace

class RunFolder::Impl {
 public:
  Impl(const fs::path& folder, RunStart start, bool resume)
      : path(made(folder)),
        lock(path),
        begun(begin_or_go_on(path, std::move(start), resume)),
        log(path / "samples.jsonl") {}

  fs::path path;
  RunLock lock;
  RunStart begun;
  SampleLog log;
};

RunFolder::RunFolder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RunFolder::RunFolder(RunFolder&&) noexcept = default;
RunFolder::~RunFolder() = default;

RunFolder RunFolder::open(const fs::path& folder, const Fingerprint& fingerprint, const Shard& shard, bool resume) {
  if (shard.count < 1 || shard.index < 0 || shard.index >= shard.count)
    throw Error(ErrorKind::kInvalidArgument, "shard " + shard_text(shard) + " does not exist");
  return RunFolder(std::make_unique<Impl>(folder, RunStart{fingerprint, shard, utc_now()}, resume));
}

const fs::path& RunFolder::path() const noexcept {
  return impl_->path;
}

const nlohmann::json* RunFolder::find(const std::string& key) const {
  const auto found = impl_->log.samples().find(key);
  return found == impl_->log.samples().end() ? nullptr : &found->second.record;
}

void RunFolder::append(std::int64_t index, const std::string& key, const nlohmann::json& record) {
  impl_->log.append(index, key, record);
}

void RunFolder::sync() {
  impl_->log.sync();
}

void RunFolder::for_each(const std::function<void(const std::string& key, const nlohmann::json& record)>& take) const {
  std::vector<const std::pair<const std::string, LoggedSample>*> order;
  for (const auto& entry : impl_->log.samples()) order.push_back(&entry);
  std::stable_sort(order.begin(), order.end(),
                   [](const auto* a, const auto* b) { return a->second.index < b->second.index; });
  for (const auto* entry : order) take(entry->first, entry->second.record);
}

void RunFolder::finish(const RunResult& result) {
  sync();
  write_result(impl_->path, impl_->begun, result);
}

}  // namespace blip
