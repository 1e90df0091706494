#pragma once

#include <cstdint>
#include <string>

#include "core/checkpoint/model_config.h"

namespace blip {

// Ids of the vocabulary that a config.json names.
struct ConfigTokenIds {
  std::int64_t pad = 0, sep = 0, decode = 0;  // [PAD], [SEP], [DEC]
};

struct ConfigFields {
  ModelConfig model = {};
  Layout layout = Layout::kCaptioner;
  ConfigTokenIds ids = {};
  std::string dtype = "float32";
  bool tied_words = true;  // the LM head's weight is the word embeddings
};

// A config.json in Hugging Face's layout; `architectures` is the class of transformers for the layout, BlipModel where
// there is none.
std::string config_json(const ConfigFields& fields);

std::string preprocessor_config_json(
    std::int64_t image_size);         // BlipImageProcessor: bicubic, BLIP's mean and deviation
std::string tokenizer_config_json();  // BertTokenizer, lower case
std::string special_tokens_map_json();

}  // namespace blip
