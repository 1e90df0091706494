#include "training/benchmarks/read_benchmark.h"

#include "core/base/error.h"
#include "training/benchmarks/load_benchmark.h"

namespace blip {
namespace {

// What was left out, in a few words, for a data set of which nothing is left.
std::string first_problem(const DataProblems& problems) {
  const auto most = [](const std::vector<std::string>& names, const std::string& what) {
    return std::to_string(names.size()) + what + ", the first '" + names.front() + "'";
  };
  if (!problems.missing_media.empty()) return most(problems.missing_media, " media are missing");
  if (!problems.without_answers.empty()) return most(problems.without_answers, " questions have no answers");
  if (!problems.broken_entries.empty()) return problems.broken_entries.front();
  return "it has no entries";
}

template <class Benchmark, class Load, class Count>
Benchmark read(const std::string& layout, BenchmarkTask task, const std::filesystem::path& folder,
               const ReadOptions& options, Load&& load, Count&& count) {
  const LayoutRow& row = layout_row(find_layout(layout, task).name);
  const BenchmarkFiles files = find_benchmark_files(row, folder, options);
  Benchmark benchmark = load(files, options);
  if (count(benchmark) == 0)
    throw Error(ErrorKind::kInvalidData, "nothing of '" + files.annotations.string() +
                                             "' can be used: " + first_problem(benchmark.source.problems));
  return benchmark;
}

}  // namespace

RetrievalBenchmark read_retrieval(const std::string& layout, const std::filesystem::path& folder,
                                  const ReadOptions& options) {
  return read<RetrievalBenchmark>(layout, BenchmarkTask::kRetrieval, folder, options, load_retrieval,
                                  [](const auto& all) { return all.texts.size(); });
}

QuestionBenchmark read_questions(const std::string& layout, const std::filesystem::path& folder,
                                 const ReadOptions& options) {
  return read<QuestionBenchmark>(layout, BenchmarkTask::kQuestions, folder, options, load_questions,
                                 [](const auto& all) { return all.questions.size(); });
}

CaptionBenchmark read_captions(const std::string& layout, const std::filesystem::path& folder,
                               const ReadOptions& options) {
  return read<CaptionBenchmark>(layout, BenchmarkTask::kCaptions, folder, options, load_captions,
                                [](const auto& all) { return all.targets.size(); });
}

StatementBenchmark read_statements(const std::string& layout, const std::filesystem::path& folder,
                                   const ReadOptions& options) {
  return read<StatementBenchmark>(layout, BenchmarkTask::kStatements, folder, options, load_statements,
                                  [](const auto& all) { return all.statements.size(); });
}

DialogBenchmark read_dialogs(const std::string& layout, const std::filesystem::path& folder,
                             const ReadOptions& options) {
  return read<DialogBenchmark>(layout, BenchmarkTask::kDialogs, folder, options, load_dialogs,
                               [](const auto& all) { return all.dialogs.size(); });
}

}  // namespace blip
