#include "core/checkpoint/checkpoint.h"

#include <utility>

#include "core/checkpoint/checkpoint_assembly.h"
#include "core/checkpoint/message.h"
#include "core/checkpoint/model_files.h"
#include "core/checkpoint/safetensors_reader.h"
#include "core/checkpoint/torch_reader.h"

namespace blip {
namespace {

TensorMap read_weights(const ModelFiles& files) {
  switch (files.format) {
    case WeightsFormat::kSafetensors:
      return read_safetensors_file(files.weights);
    case WeightsFormat::kShardedSafetensors:
      return read_sharded_safetensors(files.weights);
    case WeightsFormat::kTorch:
      return read_torch_file(files.weights);
  }
  return {};
}

}  // namespace

Checkpoint open_checkpoint(const CheckpointOptions& options) {
  const ModelFiles files = find_model_files(options);
  const std::string source = files.weights.string();
  if (files.vocab.empty() && options.vocab_required) {
    throw Error(ErrorKind::kNotFound,
                "no vocabulary for " + in_quotes(files.path.string()) +
                    ": looked for vocab.txt and tokenizer.json beside the weights; give one by --vocab");
  }
  CheckpointParts parts;
  parts.source = source;
  parts.tensors = read_weights(files);
  if (!files.config.empty()) parts.declared = read_config_file(files.config);
  if (files.format != WeightsFormat::kTorch) parts.family = CheckpointFamily::kTransformers;
  parts.image_size = options.image_size;
  Checkpoint checkpoint = assemble_checkpoint(std::move(parts));
  checkpoint.path = files.path;
  checkpoint.vocab = files.vocab;
  return checkpoint;
}

}  // namespace blip
