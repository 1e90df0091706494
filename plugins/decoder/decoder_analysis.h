#pragma once

#include <memory>

#include "plugins/decoder/decoder_settings.h"
#include "plugins/support/analysis.h"

namespace blip {

// An analysis that captions frames or windows, or answers questions about them. Findings have the text and
//   caption: score, confidence, token_ids
//   vqa: question, score, confidence, token_ids; of several questions: answers (question, answer, confidence), the
//        texts joined by "; "
//   an instruction: the same with instruction in the place of question
//   vqa-rank: question, answer_index, loss, confidence; of several: answers (question, answer, answer_index, loss)
// and in the context task, prompt and model. `settings` must outlive it.
std::unique_ptr<Analysis> make_decoder_analysis(const Guarded<DecoderSettings>& settings);

}  // namespace blip
