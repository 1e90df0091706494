#include "core/engine/loaded_model.h"

namespace blip {

std::int64_t LoadedModel::end_token() const {
  return language ? language->special().end : tokenizer->vocabulary().special().sep;
}

std::int64_t LoadedModel::pad_token() const {
  return language ? language->special().pad : tokenizer->vocabulary().special().pad;
}

}  // namespace blip
