#pragma once

#include <functional>
#include <string>

#include "training/metrics/java_tools.h"
#include "training/results/run_folder.h"
#include "training/results/run_result.h"

namespace blip {

// Calls back with each record of a run, in the order of their indices.
using EachRecord =
    std::function<void(const std::function<void(const std::string& key, const nlohmann::json& record)>& take)>;

// What the records of a complete run come to, by the fingerprint's command and parameters alone, so that merged shards
// give what one run gives. Intervals are of 95 %, by bootstrap over media. Metrics and their keys:
//   retrieval   t2v.r1 .r5 .r10 .mdr (median rank) .mean, v2t.…; of pictures t2i.…, i2t.…
//   videoqa     accuracy (exact match), accuracy.TYPE of question
//   vqa         accuracy (VQA v2), accuracy.answer.TYPE, accuracy.question.TYPE
//   caption     bleu1 … bleu4, rouge_l, cider, meteor, spice; cider.DOMAIN and spice.DOMAIN of NoCaps
//   nlvr2       accuracy
//   visdial     mrr, r1, r5, r10, mean_rank
// Throws Error(kInvalidData) for records of another command.
RunResult evaluation_result(const Fingerprint& fingerprint, const EachRecord& each, const JavaTools& java = {});

// Of one shard: how many samples it has done; metrics are for all shards together.
RunResult shard_result(const EachRecord& each);

}  // namespace blip
