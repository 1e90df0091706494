#include "training/benchmarks/check.h"

#include <algorithm>

#include "core/base/error.h"
#include "training/benchmarks/load_benchmark.h"

namespace blip {
namespace {

constexpr std::size_t kMostNames = 20;

struct Loaded {
  BenchmarkSource source;
  std::size_t media = 0;
  std::size_t usable = 0;
  std::string what;  // "24 questions"
};

template <class Benchmark>
Loaded loaded(Benchmark&& benchmark, std::size_t usable, const std::string& what) {
  return {std::move(benchmark.source), benchmark.media.size(), usable, std::to_string(usable) + " " + what};
}

Loaded load(const BenchmarkFiles& files, const ReadOptions& options) {
  switch (files.row->info.task) {
    case BenchmarkTask::kRetrieval: {
      const auto all = load_retrieval(files, options);
      return loaded(all, all.texts.size(), "texts");
    }
    case BenchmarkTask::kQuestions: {
      const auto all = load_questions(files, options);
      return loaded(all, all.questions.size(), "questions");
    }
    case BenchmarkTask::kCaptions: {
      const auto all = load_captions(files, options);
      std::size_t references = 0;
      for (const CaptionTarget& target : all.targets) references += target.references.size();
      return loaded(all, all.targets.size(), "media to caption with " + std::to_string(references) + " references");
    }
    case BenchmarkTask::kStatements: {
      const auto all = load_statements(files, options);
      return loaded(all, all.statements.size(), "statements");
    }
    case BenchmarkTask::kDialogs: {
      const auto all = load_dialogs(files, options);
      std::size_t rounds = 0;
      for (const Dialog& dialog : all.dialogs) rounds += dialog.rounds.size();
      return loaded(all, all.dialogs.size(), "dialogs of " + std::to_string(rounds) + " rounds");
    }
  }
  throw Error(ErrorKind::kInvalidArgument, "no such task");
}

void add_names(CheckReport& report, const std::string& what, const std::vector<std::string>& names) {
  if (names.empty()) return;
  report.lines.push_back(std::to_string(names.size()) + " " + what + ":");
  for (std::size_t i = 0; i < std::min(names.size(), kMostNames); ++i) report.lines.push_back("  " + names[i]);
  if (names.size() > kMostNames) report.lines.push_back("  and " + std::to_string(names.size() - kMostNames) + " more");
}

void add_files(CheckReport& report, const BenchmarkFiles& files) {
  std::string lines = "annotations: " + files.annotations.string();
  if (files.companion) lines += ", " + files.companion->string();
  report.lines.push_back(std::move(lines));
  std::string places;
  for (const auto& folder : files.media_folders) places += (places.empty() ? "" : ", ") + folder.string();
  report.lines.push_back("media looked for in: " + (places.empty() ? "no folder of this layout" : places));
}

}  // namespace

CheckReport check(const std::string& layout, const std::filesystem::path& folder, const ReadOptions& options) {
  const LayoutRow& row = layout_row(layout);
  CheckReport report;
  report.lines.push_back(std::string(row.info.name) + ": " + std::string(row.info.data_set));
  try {
    const BenchmarkFiles files = find_benchmark_files(row, folder, options);
    add_files(report, files);
    const Loaded data = load(files, options);
    const DataProblems& problems = data.source.problems;
    report.complete = problems.none() && data.usable > 0;
    report.lines.push_back("media there: " + std::to_string(data.media) + " of " +
                           std::to_string(data.media + problems.missing_media.size()));
    report.lines.push_back("usable: " + data.what + ", of " + std::to_string(data.source.entries) + " entries; " +
                           std::to_string(problems.entries_left_out) + " left out");
    add_names(report, "media are missing", problems.missing_media);
    add_names(report, "ids are there twice, the first entry counts", problems.duplicate_ids);
    add_names(report, "questions have no answers", problems.without_answers);
    add_names(report, "entries are broken", problems.broken_entries);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kInvalidArgument) throw;
    report.complete = false;
    report.lines.push_back(error.what());
  }
  report.lines.push_back(report.complete ? "complete: an evaluation uses every entry" : "not complete");
  report.lines.push_back("the layout is described in " + std::string(row.info.documentation));
  if (!row.info.home.empty())
    report.lines.push_back("nothing is downloaded; the data set's home: " + std::string(row.info.home));
  return report;
}

}  // namespace blip
