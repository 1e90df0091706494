#pragma once

#include "training/metrics/java_tools.h"
#include "training/results/run_folder.h"

namespace blip {

// Ends a run whose samples are all there: computes its metrics, writes the files that go with its command, then
// results.json. Of a shard only the counts. Files:
//   retrieval  scores.safetensors  both score matrices
//   vqa        answers.json        [{"question_id", "answer"}], as evalai.cloudcv.org takes it
//   caption    captions.json       [{"image_id", "caption"}], as COCO's evaluation code takes it
RunResult finish_run(RunFolder& folder, const Fingerprint& fingerprint, const Shard& shard, const JavaTools& java = {});

}  // namespace blip
