#include "training/capfilt/capfilt_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>

#include "core/base/error.h"
#include "core/base/file_output.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kRunFile = "run.json";
constexpr const char* kFirstTar = "000000.tar";  // as ShardWriter names it

std::string number_name(std::int64_t unit) {
  char name[32];
  std::snprintf(name, sizeof name, "%06lld", static_cast<long long>(unit));
  return name;
}

void make_folder(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) throw Error(ErrorKind::kFailed, "cannot make folder '" + path.string() + "': " + error.message());
}

Json read_json(const fs::path& file) {
  std::ifstream in(file);
  if (!in) throw Error(ErrorKind::kNotFound, "cannot read '" + file.string() + "'");
  Json json = Json::parse(in, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) throw Error(ErrorKind::kInvalidData, "'" + file.string() + "' is damaged: no JSON object");
  return json;
}

void write_json(const fs::path& file, const Json& json) {
  FileOutput output(file);
  output.write(json.dump(1) + "\n");
  output.finish();
}

void expect_same(const Json& there, const Json& wanted, const fs::path& path) {
  for (const auto& [key, value] : wanted.items()) {
    const auto found = there.find(key);
    if (found != there.end() && *found == value) continue;
    throw Error(ErrorKind::kInvalidArgument, "'" + path.string() + "' holds a run with other settings: " + key +
                                                 " is " + (found == there.end() ? "not there" : found->dump()) +
                                                 " there and " + value.dump() + " now; give another folder");
  }
  for (const auto& [key, value] : there.items())
    if (!wanted.contains(key))
      throw Error(ErrorKind::kInvalidArgument, "'" + path.string() + "' holds a run with other settings: " + key +
                                                   " is " + value.dump() + " there; give another folder");
}

int take_lock(const fs::path& file) {
  const int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock < 0) throw Error(ErrorKind::kFailed, "cannot write '" + file.string() + "': " + std::strerror(errno));
  if (::flock(lock, LOCK_EX | LOCK_NB) == 0) return lock;
  ::close(lock);
  throw Error(ErrorKind::kInvalidArgument, "another process works in '" + file.parent_path().string() +
                                               "'; give each its own folder and merge them");
}

// `from` takes the place of `to`; without it `to` goes.
void move_into_place(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (fs::exists(from, error)) {
    fs::rename(from, to, error);
  } else {
    fs::remove(to, error);
  }
  if (error) throw Error(ErrorKind::kFailed, "cannot write '" + to.string() + "': " + error.message());
}

}  // namespace

CapFiltFolder CapFiltFolder::open(const fs::path& path, const Json& settings) {
  CapFiltFolder folder;
  folder.path_ = path;
  folder.settings_ = settings;
  std::error_code ignored;
  if (fs::exists(path, ignored) && !fs::exists(path / kRunFile, ignored) &&
      !(fs::is_directory(path, ignored) && (fs::is_empty(path, ignored) || fs::exists(path / "lock", ignored)))) {
    throw Error(ErrorKind::kInvalidArgument,
                "'" + path.string() + "' is there and no run of capfilt; give a new folder");
  }
  make_folder(path);
  folder.lock_ = take_lock(path / "lock");
  if (fs::exists(path / kRunFile, ignored)) {
    expect_same(read_json(path / kRunFile), settings, path);
  } else {
    write_json(path / kRunFile, settings);
  }
  for (const char* name : {"shards", "pairs", "examples"}) make_folder(path / name);
  fs::remove_all(path / "work", ignored);
  return folder;
}

CapFiltFolder CapFiltFolder::read(const fs::path& path) {
  CapFiltFolder folder;
  folder.path_ = path;
  std::error_code ignored;
  if (!fs::exists(path / kRunFile, ignored))
    throw Error(ErrorKind::kNotFound, "'" + path.string() + "' is no run of capfilt: it has no run.json");
  folder.settings_ = read_json(path / kRunFile);
  folder.units();
  return folder;
}

CapFiltFolder::CapFiltFolder(CapFiltFolder&& other) noexcept
    : path_(std::move(other.path_)), settings_(std::move(other.settings_)), lock_(std::exchange(other.lock_, -1)) {}

CapFiltFolder& CapFiltFolder::operator=(CapFiltFolder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(settings_, other.settings_);
  std::swap(lock_, other.lock_);
  return *this;
}

CapFiltFolder::~CapFiltFolder() {
  if (lock_ >= 0) ::close(lock_);
}

std::int64_t CapFiltFolder::units() const {
  const auto found = settings_.find("units");
  if (found == settings_.end() || !found->is_number_integer())
    throw Error(ErrorKind::kInvalidData, "'" + (path_ / kRunFile).string() + "' is damaged: it has no units");
  return found->get<std::int64_t>();
}

fs::path CapFiltFolder::shard(std::int64_t unit) const {
  return path_ / "shards" / (number_name(unit) + ".tar");
}

fs::path CapFiltFolder::summary_file(std::int64_t unit) const {
  return path_ / "shards" / (number_name(unit) + ".json");
}

fs::path CapFiltFolder::pairs(std::int64_t unit) const {
  return path_ / "pairs" / (number_name(unit) + ".jsonl");
}

fs::path CapFiltFolder::examples(std::int64_t unit) const {
  return path_ / "examples" / (number_name(unit) + ".tar");
}

fs::path CapFiltFolder::work(std::int64_t unit) const {
  return path_ / "work" / number_name(unit);
}

std::optional<UnitSummary> CapFiltFolder::summary(std::int64_t unit) const {
  const fs::path file = summary_file(unit);
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return std::nullopt;
  const Json json = read_json(file);
  if (!json.contains("counts") || !json.contains("unit") || !json.at("unit").is_string())
    throw Error(ErrorKind::kInvalidData, "'" + file.string() + "' is damaged: it is no summary of a unit");
  return UnitSummary{json.at("unit").get<std::string>(),
                     counts_from_json(json.at("counts"), "'" + file.string() + "'")};
}

void CapFiltFolder::publish(std::int64_t unit, const UnitSummary& summary) const {
  const fs::path from = work(unit);
  std::error_code ignored;
  fs::remove(summary_file(unit), ignored);  // not finished while its files change
  move_into_place(from / "shards" / kFirstTar, shard(unit));
  move_into_place(from / "examples" / kFirstTar, examples(unit));
  move_into_place(from / "pairs.jsonl", pairs(unit));
  write_json(summary_file(unit), {{"samples", summary.counts.kept_pairs()},
                                  {"failed", summary.counts.pictures.failed_count()},
                                  {"unit", summary.name},
                                  {"counts", to_json(summary.counts)}});
  fs::remove_all(from, ignored);
  fs::remove(path_ / "work", ignored);  // when it is empty
}

}  // namespace blip
