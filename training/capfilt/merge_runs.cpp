#include "training/capfilt/merge_runs.h"

#include <string>
#include <system_error>
#include <vector>

#include "core/base/error.h"
#include "core/checkpoint/directory_output.h"
#include "training/capfilt/capfilt_folder.h"
#include "training/capfilt/capfilt_run.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

void expect_same_run(const CapFiltFolder& a, const CapFiltFolder& b) {
  if (a.settings() == b.settings()) return;
  for (const auto& [key, value] : a.settings().items()) {
    const auto other = b.settings().find(key);
    if (other != b.settings().end() && *other == value) continue;
    throw Error(ErrorKind::kInvalidArgument, "'" + a.path().string() + "' and '" + b.path().string() +
                                                 "' are runs of other settings: " + key + " is " + value.dump() +
                                                 " and " + (other == b.settings().end() ? "not there" : other->dump()));
  }
  throw Error(ErrorKind::kInvalidArgument,
              "'" + b.path().string() + "' has settings that '" + a.path().string() + "' has not");
}

// Which of the parts holds each unit.
std::vector<const CapFiltFolder*> owners(const std::vector<CapFiltFolder>& parts) {
  std::vector<const CapFiltFolder*> owner(static_cast<std::size_t>(parts.front().units()), nullptr);
  std::size_t missing = 0;
  std::string first_missing;
  for (std::size_t unit = 0; unit < owner.size(); ++unit) {
    for (const CapFiltFolder& part : parts) {
      if (!part.summary(static_cast<std::int64_t>(unit))) continue;
      if (owner[unit] != nullptr) {
        throw Error(ErrorKind::kInvalidArgument, "shard " + std::to_string(unit) + " is in '" +
                                                     owner[unit]->path().string() + "' and in '" +
                                                     part.path().string() + "'; give every folder once");
      }
      owner[unit] = &part;
    }
    if (owner[unit] == nullptr && missing++ == 0) first_missing = std::to_string(unit);
  }
  if (missing == 0) return owner;
  throw Error(ErrorKind::kInvalidData, std::to_string(missing) + " of " + std::to_string(owner.size()) +
                                           " shards are finished in none of the folders, the first of them " +
                                           first_missing + "; run the shares that are missing");
}

void link_or_copy(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (!fs::exists(from, error)) return;
  fs::create_hard_link(from, to, error);
  if (!error) return;
  error.clear();
  fs::copy_file(from, to, error);
  if (error)
    throw Error(ErrorKind::kFailed, "cannot copy '" + from.string() + "' to '" + to.string() + "': " + error.message());
}

}  // namespace

CapFiltCounts merge_runs(std::span<const fs::path> paths, const fs::path& output) {
  if (paths.empty()) throw Error(ErrorKind::kInvalidArgument, "nothing to merge; give the folders of the shares");
  std::vector<CapFiltFolder> parts;
  for (const fs::path& path : paths) {
    parts.push_back(CapFiltFolder::read(path));
    expect_same_run(parts.front(), parts.back());
  }
  const auto owner = owners(parts);
  DirectoryOutput directory(output);
  CapFiltCounts counts;
  {
    const CapFiltFolder merged = CapFiltFolder::open(directory.part(), parts.front().settings());
    for (std::size_t i = 0; i < owner.size(); ++i) {
      const auto unit = static_cast<std::int64_t>(i);
      link_or_copy(owner[i]->shard(unit), merged.shard(unit));
      link_or_copy(owner[i]->pairs(unit), merged.pairs(unit));
      link_or_copy(owner[i]->examples(unit), merged.examples(unit));
      link_or_copy(owner[i]->summary_file(unit), merged.summary_file(unit));
    }
    counts = finish_run(merged);
  }
  directory.finish();
  return counts;
}

}  // namespace blip
