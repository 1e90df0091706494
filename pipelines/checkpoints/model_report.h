#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/engine/memory_need.h"

namespace blip {

// What a checkpoint holds and can do, for people to read.
struct ModelReport {
  std::string path;                            // the directory or file
  std::string weights;                         // the file that holds the tensors, or its index
  std::string format;                          // "safetensors", "sharded safetensors", "PyTorch"
  std::string family;                          // whose names the tensors have: "original", "transformers"
  std::string layout;                          // "captioner", ...
  std::vector<std::string> abilities;          // "caption", "vqa", "match", "embed", "nlvr", "chat"
  std::map<std::string, std::int64_t> dtypes;  // "float32" -> number of tensors
  std::int64_t tensors = 0;                    // those that inference uses
  std::int64_t training_tensors = 0;           // momentum copies, queues and the like
  std::int64_t parameters = 0;                 // of inference; tied ones counted once
  ModelConfig config;
  std::int64_t stored_grid = 0;    // patches a side in the file; config.vision.grid() in use
  std::string vocab;               // path, of a language model's tokenizer its folder; empty = none found
  std::int64_t vocab_entries = 0;  // with the tokens that the model adds; 0 = none, or unreadable
  std::string weights_id;
  std::vector<MemoryNeed> memory;      // by precision, on a CPU
  std::uint64_t available_memory = 0;  // bytes, here and now
  std::vector<std::string> warnings;
};

// Opens the model and describes it; a missing or unfit vocabulary is a warning here. Throws Error as open_checkpoint
// does.
ModelReport describe_model(CheckpointOptions options);

std::string report_text(const ModelReport& report);  // a table, one line a fact
std::string report_json(const ModelReport& report);  // one object in one line

}  // namespace blip
