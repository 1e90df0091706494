#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "training/benchmarks/benchmark.h"
#include "training/benchmarks/benchmark_files.h"

namespace blip {

// The readers behind read_benchmark.h, one a task: they give back what is left even if that is nothing. Throw
// Error(kInvalidData) for a file that is no JSON or of another layout.
RetrievalBenchmark load_retrieval(const BenchmarkFiles& files, const ReadOptions& options);
QuestionBenchmark load_questions(const BenchmarkFiles& files, const ReadOptions& options);
CaptionBenchmark load_captions(const BenchmarkFiles& files, const ReadOptions& options);
StatementBenchmark load_statements(const BenchmarkFiles& files, const ReadOptions& options);
DialogBenchmark load_dialogs(const BenchmarkFiles& files, const ReadOptions& options);

// "what", "who", "how", "where" or "when" by the first word, else "other", as MSRVTT-QA and MSVD-QA are reported.
std::string question_type(std::string_view question);
// "yes/no", "number" or "other" by the most frequent answer (the first of equals), as VQAv2 is reported.
std::string answer_type(const std::vector<std::string>& answers);

// Captions by image id, from a file in the form of COCO's ground truth: {"annotations": [{"image_id", "caption"}]}.
// Throws Error(kInvalidData) naming the entry.
std::map<std::string, std::vector<std::string>> read_caption_references(const std::filesystem::path& file);
// "val2014/COCO_val2014_000000391895.jpg" -> "391895"; a name that does not end in a number stays as it is.
std::string coco_image_id(const std::string& name);

}  // namespace blip
