#include "pipelines/checkpoints/model_report.h"

#include <set>
#include <utility>

#include "core/base/error.h"
#include "core/checkpoint/model_files.h"
#include "core/engine/available_memory.h"
#include "pipelines/checkpoints/model_vocabulary.h"

namespace blip {
namespace {

std::string format_name(WeightsFormat format) {
  switch (format) {
    case WeightsFormat::kSafetensors:
      return "safetensors";
    case WeightsFormat::kShardedSafetensors:
      return "sharded safetensors";
    case WeightsFormat::kTorch:
      return "PyTorch";
    case WeightsFormat::kShardedTorch:
      return "sharded PyTorch";
  }
  return "";
}

std::vector<std::string> abilities_of(Layout layout) {
  switch (layout) {
    case Layout::kCaptioner:
      return {"caption"};
    case Layout::kVqa:
      return {"vqa"};
    case Layout::kMatcher:
      return {"match", "embed"};
    case Layout::kNlvr:
      return {"nlvr"};
    case Layout::kPretrain:
      return {"caption", "match", "embed"};
    case Layout::kBlip2Qformer:
      return {"caption", "match", "embed"};
    case Layout::kBlip2Matcher:
      return {"match", "embed"};
    case Layout::kBlip2Opt:
    case Layout::kBlip2T5:
      return {"caption", "vqa", "chat"};
  }
  return {};
}

void count_tensors(const Checkpoint& checkpoint, ModelReport& report) {
  std::set<const void*> seen;
  for (const auto& [name, view] : checkpoint.tensors) {
    ++report.dtypes[std::string(dtype_name(view.dtype))];
    if (seen.insert(view.data).second) report.parameters += view.element_count();
  }
  report.tensors = static_cast<std::int64_t>(checkpoint.tensors.size());
  report.training_tensors = static_cast<std::int64_t>(checkpoint.training_state.size());
}

void read_vocabulary(const Checkpoint& checkpoint, ModelReport& report) {
  const bool language = layout_parts(checkpoint.layout).language_model;
  report.vocab = (language ? checkpoint.language_tokenizer : checkpoint.vocab).string();
  if (report.vocab.empty()) {
    report.warnings.emplace_back(
        language ? "no tokenizer of the language model: looked for vocab.json with merges.txt, spiece.model and "
                   "tokenizer.json; give their folder by --vocab"
                 : "no vocabulary: looked for vocab.txt and tokenizer.json beside the weights; give one by --vocab");
    return;
  }
  try {
    const ModelVocabulary vocabulary = open_vocabulary(checkpoint);
    report.vocab_entries = vocabulary.entries;
    if (!vocabulary.misfit.empty()) report.warnings.push_back(vocabulary.misfit);
  } catch (const Error& error) {
    report.warnings.emplace_back(error.what());
  }
}

}  // namespace

ModelReport describe_model(CheckpointOptions options) {
  options.vocab_required = false;
  const ModelFiles files = find_model_files(options);
  const Checkpoint checkpoint = open_checkpoint(options);
  ModelReport report;
  report.path = files.path.string();
  report.weights = files.weights.path.string();
  report.format = format_name(files.weights.format);
  report.family = checkpoint.family == CheckpointFamily::kOriginal ? "original" : "transformers";
  report.layout = layout_name(checkpoint.layout);
  report.abilities = abilities_of(checkpoint.layout);
  report.config = checkpoint.config;
  report.stored_grid = checkpoint.stored_grid;
  report.weights_id = checkpoint.weights_id;
  report.warnings = checkpoint.warnings;
  report.memory = memory_needs(checkpoint.tensors, checkpoint.config);
  report.available_memory = available_memory();
  count_tensors(checkpoint, report);
  read_vocabulary(checkpoint, report);
  return report;
}

}  // namespace blip
