#include "training/capfilt/unit_run.h"

#include <algorithm>
#include <array>
#include <future>
#include <limits>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "core/base/error.h"
#include "core/base/file_output.h"
#include "training/capfilt/example_picker.h"
#include "training/data/shard_reader.h"
#include "training/data/shard_writer.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

// What an earlier run of the unit has done, failures left out.
class DoneBefore {
 public:
  DoneBefore() = default;
  DoneBefore(const CapFiltFolder& folder, std::int64_t unit) : shard_(folder.shard(unit)) {
    OutcomeReader reader(folder.pairs(unit));
    for (PictureOutcome outcome; reader.next(outcome);)
      if (outcome.verdict != Verdict::kFailed) outcomes_.emplace(outcome.key, std::move(outcome));
    std::error_code ignored;
    if (!fs::exists(shard_, ignored)) return;
    for (const std::int64_t position : index_shard(shard_).positions)
      positions_.emplace(read_shard_sample(shard_, position).key, position);
  }

  const PictureOutcome* find(const std::string& key) const {
    const auto found = outcomes_.find(key);
    return found == outcomes_.end() ? nullptr : &found->second;
  }

  void copy_pair(const std::string& key, ShardWriter& writer) const {
    const auto found = positions_.find(key);
    if (found == positions_.end())
      throw Error(ErrorKind::kInvalidData, "shard '" + shard_.string() + "' lacks pair '" + key + "'");
    writer.add(key, read_shard_sample(shard_, found->second).files);
  }

 private:
  fs::path shard_;
  std::map<std::string, PictureOutcome> outcomes_;
  std::map<std::string, std::int64_t> positions_;
};

// The files of a unit in the making.
class UnitOutput {
 public:
  explicit UnitOutput(const fs::path& work) : work_(work), pairs_(prepare(work)), shards_(work / "shards", kAll) {}

  void add(const PictureOutcome& outcome) {
    counts.add(outcome);
    pairs_.write(to_lines(outcome));
  }

  void add_pairs(const PictureOutcome& outcome, FoundPicture& picture) {
    for (std::size_t i = 0; i < outcome.texts.size(); ++i) {
      if (outcome.texts[i].verdict != Verdict::kKept) continue;
      encode(picture);
      const std::array<std::pair<std::string, std::string>, 2> files{
          {{picture.extension, picture.bytes}, {"json", pair_json(outcome, i)}}};
      shards_.add(pair_key(outcome, i), files);
    }
  }

  void copy_pairs(const PictureOutcome& outcome, const DoneBefore& before) {
    for (std::size_t i = 0; i < outcome.texts.size(); ++i)
      if (outcome.texts[i].verdict == Verdict::kKept) before.copy_pair(pair_key(outcome, i), shards_);
  }

  void finish() {
    pairs_.finish();
    shards_.finish();
    examples_.write(work_ / "examples");
  }

  void offer_example(const FoundPicture& picture, const PictureOutcome& outcome) {
    if (picture.image.width > 0) examples_.offer(picture, outcome);
  }

  CapFiltCounts counts;

 private:
  static constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();

  static fs::path prepare(const fs::path& work) {
    std::error_code error;
    fs::remove_all(work, error);
    fs::create_directories(work, error);
    if (error) throw Error(ErrorKind::kFailed, "cannot make folder '" + work.string() + "': " + error.message());
    return work / "pairs.jsonl";
  }

  fs::path work_;
  FileOutput pairs_;
  ShardWriter shards_;
  ExamplePicker examples_;
};

class UnitRun {
 public:
  UnitRun(CapFilt& models, const WorkUnit& unit, const CapFiltFolder& folder, const UnitRunOptions& options)
      : models_(models), unit_(unit), options_(options), output_(folder.work(unit.number)) {
    if (options.retry) before_ = DoneBefore(folder, unit.number);
  }

  CapFiltCounts run() {
    if (open()) {
      auto next = read_ahead();
      for (std::vector<Found> batch = next.get(); !batch.empty(); batch = next.get()) {
        if (options_.stop()) throw Error(ErrorKind::kCancelled, "stopped");
        next = read_ahead();
        process(batch);
      }
    }
    const Tally& pictures = output_.counts.pictures;
    const auto failed = pictures.failed.find(kModelFailed);
    if (failed != pictures.failed.end() && failed->second == pictures.in && pictures.in >= options_.batch_size)
      throw Error(ErrorKind::kFailed, "the models failed on every picture of '" + unit_.name + "': " + model_failure_);
    output_.finish();
    return output_.counts;
  }

 private:
  bool open() {
    try {
      reader_ = open_unit(unit_, options_.shots);
      return true;
    } catch (const Error& error) {
      output_.add(failed_outcome("shard", {kDamagedShard, error.what()}));
      return false;
    }
  }

  // On a thread of its own; the reader is used by one at a time.
  std::future<std::vector<Found>> read_ahead() {
    return std::async(std::launch::async, [this] { return read_batch(); });
  }

  // In the order of the input, pictures decoded.
  std::vector<Found> read_batch() {
    std::vector<Found> batch;
    Found found;
    while (static_cast<std::int64_t>(batch.size()) < options_.batch_size && reader_->next(found)) {
      if (found.picture && unit_.kind != WorkUnit::Kind::kHuman) decode_or_fail(found);
      batch.push_back(std::move(found));
    }
    return batch;
  }

  static void decode_or_fail(Found& found) {
    try {
      decode(*found.picture);
    } catch (const Error& error) {
      found.picture.reset();
      found.failure = {kBrokenPicture, error.what()};
    }
  }

  void process(std::vector<Found>& batch) {
    std::vector<FoundPicture> pictures;  // that are new
    for (Found& found : batch)
      if (found.picture && before_.find(found.key) == nullptr) pictures.push_back(std::move(*found.picture));
    auto outcomes = unit_.kind == WorkUnit::Kind::kHuman ? take_human(pictures) : judge(pictures);
    std::size_t next = 0;
    for (const Found& found : batch) {
      if (const PictureOutcome* done = before_.find(found.key); done != nullptr) {
        output_.add(*done);
        output_.copy_pairs(*done, before_);
        if (found.picture) output_.offer_example(*found.picture, *done);
      } else if (found.picture) {
        output_.add(outcomes[next]);
        output_.add_pairs(outcomes[next], pictures[next]);
        output_.offer_example(pictures[next], outcomes[next]);
        ++next;
      } else if (found.failure) {
        output_.add(failed_outcome(found.key, *found.failure));
      } else {
        output_.add(dropped_outcome(found.key, found.dropped));
      }
    }
    options_.pictures_done(output_.counts.pictures.in);
  }

  static std::vector<PictureOutcome> take_human(std::span<const FoundPicture> pictures) {
    std::vector<PictureOutcome> outcomes;
    for (const FoundPicture& picture : pictures) {
      std::vector<JudgedText> texts;
      for (const FoundText& found : picture.texts)
        texts.push_back({TextSource::kHuman, found.text, "", "", Verdict::kKept, "", std::nullopt});
      outcomes.push_back(outcome_of(picture, std::move(texts)));
    }
    return outcomes;
  }

  // When the models fail on a batch, each of its pictures is tried alone.
  std::vector<PictureOutcome> judge(std::span<const FoundPicture> pictures) {
    if (pictures.empty()) return {};
    std::vector<PictureOutcome> outcomes;
    try {
      auto texts = models_.judge(pictures);
      for (std::size_t i = 0; i < pictures.size(); ++i)
        outcomes.push_back(outcome_of(pictures[i], std::move(texts[i])));
      return outcomes;
    } catch (const Error& error) {
      model_failure_ = error.what();
    }
    outcomes.clear();
    if (pictures.size() == 1) return {failed_outcome(pictures[0].key, {kModelFailed, model_failure_})};
    for (std::size_t i = 0; i < pictures.size(); ++i)
      outcomes.push_back(std::move(judge(pictures.subspan(i, 1)).front()));
    return outcomes;
  }

  CapFilt& models_;
  const WorkUnit& unit_;
  const UnitRunOptions& options_;
  UnitOutput output_;
  DoneBefore before_;
  std::unique_ptr<PictureReader> reader_;
  std::string model_failure_;
};

}  // namespace

UnitSummary run_unit(CapFilt& models, const WorkUnit& unit, const CapFiltFolder& folder,
                     const UnitRunOptions& options) {
  UnitSummary summary{unit.name, {}};
  {
    UnitRun run(models, unit, folder, options);
    summary.counts = run.run();
  }
  folder.publish(unit.number, summary);
  return summary;
}

}  // namespace blip
