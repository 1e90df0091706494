#pragma once

#include "core/tasks/blip_texts.h"

namespace blip {

// Texts of BLIP-2's Q-Former, as LAVIS prepares them: at most 32 tokens, "[CLS]" first when it reads and [DEC] when it
// writes; captions have no prompt unless one is given, and max_length and min_length count [DEC].
class QformerTexts final : public BlipTexts {
 public:
  using BlipTexts::BlipTexts;

  DecodePlan plan_caption(const CaptionOptions& options, std::size_t frames) const override;
  Ids match_ids(const std::string& text, const MatchOptions& options) const override;
  Ids embedding_ids(const std::string& text, std::int64_t max_tokens) const override;
};

}  // namespace blip
