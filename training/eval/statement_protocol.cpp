#include "training/eval/statement_protocol.h"

#include <exception>
#include <memory>
#include <span>
#include <string>

#include "core/tasks/text_input.h"
#include "core/text/caption_text.h"

namespace blip {
namespace {

constexpr std::size_t kWords = 40;  // data/nlvr_dataset.py

}  // namespace

void run_statements(LoadedModel& model, const StatementBenchmark& benchmark, MediaFeatures& features,
                    const Shard& shard, SampleRecords& records, const RunHooks& hooks) {
  using Features = std::shared_ptr<const MediumFeatures>;
  if (!layout_parts(model.checkpoint.layout).nlvr)
    throw Error(ErrorKind::kUnsupported, "'" + model.checkpoint.path.string() + "' is a " +
                                             std::string(layout_name(model.checkpoint.layout)) +
                                             " checkpoint; NLVR2 needs one with the two-image classifier");
  const auto cut = EncodeOptions{model.checkpoint.config.text.max_positions};
  for (std::size_t s = 0; s < benchmark.statements.size(); ++s) {
    const Statement& statement = benchmark.statements[s];
    const std::string key = "statement " + statement.id;
    if (!takes(shard, s) || records.find(key) != nullptr) continue;
    hooks.at("statements", s, benchmark.statements.size());
    nlohmann::json record = {
        {"index", s},
        {"medium", benchmark.media[statement.first].id + " + " + benchmark.media[statement.second].id},
        {"text", statement.text},
        {"truth", statement.truth}};
    Features first, second;
    try {
      first = features.find(statement.first);
      second = features.find(statement.second);
    } catch (const Error& error) {
      record["failed"] = error.what();
    }
    if (first != nullptr && second != nullptr) {
      const auto ids = with_first(model.tokenizer->encode(pre_caption(statement.text, kWords), cut),
                                  FirstToken::kEncode, model.tokenizer->vocabulary().special());
      const ClipPairText pair{&first->joined, &second->joined, ids};
      const Matrix logits = model.backend->classify_pairs(std::span(&pair, 1));
      record["prediction"] = logits.row(0)[1] > logits.row(0)[0];
    }
    records.append(static_cast<std::int64_t>(s), key, record);
  }
}

}  // namespace blip
