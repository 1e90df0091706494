#pragma once

#include <cstddef>

#include "core/engine/loaded_model.h"
#include "core/tasks/task_types.h"
#include "training/eval/sample_reader.h"
#include "training/trainer/evaluator.h"

namespace blip {

// What the original measures a model by after each epoch of fine-tuning, with a few predictions to look at. Metrics
// come in a fixed order. Throw Error(kInvalidData) for samples without what the measure needs.

// Generated captions against all captions of each picture, as coco-caption reads them: "val_cider", "val_bleu4",
// and their sum "val_cider_bleu4", by which the original chooses (train_caption.py).
Evaluation measure_captions(LoadedModel& model, const SampleReader& samples, const CaptionOptions& options);

// ITC, then ITM on the best `k` (train_retrieval.py): "val_text_recall" (picture to text) and "val_image_recall", each
// the mean of R@1, R@5 and R@10, and their mean "val_recall". In parts of 1.
Evaluation measure_retrieval(LoadedModel& model, const SampleReader& samples, std::size_t k);

// Generated answers; one that three of ten people gave is right (VQAv2), so is a sole answer: "val_accuracy".
Evaluation measure_answers(LoadedModel& model, const SampleReader& samples);

// Statements about two pictures, true or false: "val_accuracy".
Evaluation measure_statements(LoadedModel& model, const SampleReader& samples);

}  // namespace blip
