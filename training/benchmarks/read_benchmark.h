#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "training/benchmarks/benchmark.h"

namespace blip {

struct ReadOptions {
  std::filesystem::path annotations = {};  // empty = where the layout has them under the folder
  std::filesystem::path media = {};        // folder of the pictures or videos; empty = where the layout has them
  std::string split = {};                  // "val", "test"; empty = the one that the layout's published figures are of
  std::int64_t limit = 0;  // most media (retrieval), questions, targets, statements or dialogs, of those that are
                           // there; 0 = all
  bool allow_no_answers = false;  // questions of a test set, for a submission file
};

// Read a data set that lies in `folder`. `layout` is a name of layouts.h; its task may be left out ("coco" for
// "coco-retrieval"). Missing media, duplicate ids and entries that cannot be used are left out and named in
// `source.problems`. Throw Error: kInvalidArgument for a layout that is not there or of another task (naming those that
// are), kNotFound for a missing annotation file, kInvalidData for one that is empty or of another layout (saying which
// it looks like) or when nothing is left.
RetrievalBenchmark read_retrieval(const std::string& layout, const std::filesystem::path& folder,
                                  const ReadOptions& options = {});
QuestionBenchmark read_questions(const std::string& layout, const std::filesystem::path& folder,
                                 const ReadOptions& options = {});
CaptionBenchmark read_captions(const std::string& layout, const std::filesystem::path& folder,
                               const ReadOptions& options = {});
StatementBenchmark read_statements(const std::string& layout, const std::filesystem::path& folder,
                                   const ReadOptions& options = {});
DialogBenchmark read_dialogs(const std::string& layout, const std::filesystem::path& folder,
                             const ReadOptions& options = {});

}  // namespace blip
