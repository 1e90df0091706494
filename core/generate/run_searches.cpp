#include "core/generate/run_searches.h"

#include <memory>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/generate/search.h"

namespace blip {
namespace {

// A search and its place in the model, which it leaves at the latest when it is destroyed.
class RunningSearch {
 public:
  RunningSearch(Decoding& decoding, const DecodeInput& input, const GenerationOptions& options, std::int64_t sep)
      : search_(make_search(input.prompt, options, sep)), decoding_(&decoding), id_(decoding.join(input)) {}
  ~RunningSearch() {
    if (decoding_ == nullptr) return;
    try {
      decoding_->leave(id_);
    } catch (...) {  // the error that ended the run is the one to report
    }
  }
  RunningSearch(const RunningSearch&) = delete;
  RunningSearch& operator=(const RunningSearch&) = delete;

  void append_rows(std::vector<RowStep>& rows) const {
    for (const SearchRow& row : search_->rows()) rows.push_back({id_, row.parent, row.token});
  }

  // Takes its rows of the step's logits, the first of which is `begin`; returns the row after its last.
  std::int64_t advance(Matrix& logits, std::int64_t begin) {
    const auto count = static_cast<std::int64_t>(search_->rows().size());
    if (count == 0) return begin;
    search_->advance({logits.row(begin).data(), static_cast<std::size_t>(count * logits.columns)});
    if (search_->done()) std::exchange(decoding_, nullptr)->leave(id_);
    return begin + count;
  }

  std::vector<GeneratedSequence> results() const { return search_->results(); }

 private:
  std::unique_ptr<Search> search_;
  Decoding* decoding_;  // null once left
  SequenceId id_;
};

}  // namespace

std::vector<std::vector<GeneratedSequence>> generate(Decoding& decoding, std::span<const DecodeInput> inputs,
                                                     const GenerationOptions& options, std::int64_t sep) {
  std::vector<std::unique_ptr<RunningSearch>> searches;
  for (const DecodeInput& input : inputs)
    searches.push_back(std::make_unique<RunningSearch>(decoding, input, options, sep));

  std::vector<RowStep> rows;
  const auto collect_rows = [&] {
    rows.clear();
    for (const auto& search : searches) search->append_rows(rows);
    return !rows.empty();
  };
  while (collect_rows()) {
    Matrix logits = decoding.step(rows);
    if (logits.rows != static_cast<std::int64_t>(rows.size()) || sep < 0 || logits.columns <= sep)
      throw Error(ErrorKind::kFailed, "a decoding step gave logits [" + std::to_string(logits.rows) + ", " +
                                          std::to_string(logits.columns) + "], expected [" +
                                          std::to_string(rows.size()) + ", more than " + std::to_string(sep) +
                                          " ([SEP])]");
    std::int64_t begin = 0;
    for (const auto& search : searches) begin = search->advance(logits, begin);
  }

  std::vector<std::vector<GeneratedSequence>> results;
  results.reserve(searches.size());
  for (const auto& search : searches) results.push_back(search->results());
  return results;
}

}  // namespace blip
