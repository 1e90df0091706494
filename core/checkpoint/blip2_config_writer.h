#pragma once

#include <string>

#include "core/checkpoint/config_writer.h"

namespace blip {

// The config.json of a BLIP-2 in Hugging Face's layout: Blip2ForConditionalGeneration, or Blip2ForImageTextRetrieval
// for a Q-Former alone. Two fields are this project's own and stand there only where transformers has no word for it:
// vision_config.last_layer_norm_eps (LAVIS' ln_vision) and vision_config.pre_layernorm (CLIP). `ids` is not used.
std::string blip2_config_json(const ConfigFields& fields);

// The config.json of the language model by itself, as LAVIS loads it: OPTForCausalLM, T5ForConditionalGeneration.
std::string language_config_json(const LanguageModelConfig& language, const std::string& dtype);

std::string generation_config_json(const LanguageModelConfig& language);
std::string blip2_processor_config_json(std::int64_t queries);  // Blip2Processor

}  // namespace blip
