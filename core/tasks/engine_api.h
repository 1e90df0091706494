#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/image_view.h"
#include "core/base/outcome.h"
#include "core/generate/options.h"

// What libblip-engine.so offers to those who open it at run time. Only virtual calls and the one factory cross the
// boundary, no exception does.
namespace blip {

inline constexpr int kEngineAbi = 1;  // raised with every change of this header or of what it includes
inline constexpr const char* kEngineFactoryName = "blip_engine";  // extern "C" Engine* blip_engine(int abi)

struct ModelOptions {
  std::string model;               // checkpoint directory or file, or "Salesforce/NAME" in the local Hugging Face cache
  std::string vocab;               // empty = beside the model
  std::string config;              // empty = beside the model
  std::string device = "auto";     // "auto", "cpu", "cuda", "cuda:1"
  std::string precision = "auto";  // "auto", "float32", "bfloat16", "float16"
  int num_threads = 0;             // 0 = all cores; process-wide
};

struct CaptionOptions {
  std::string prompt = "a picture of ";
  GenerationOptions generation;
};

struct Caption {
  std::string text;                     // without the prompt, as the original prints it
  std::vector<std::int64_t> token_ids;  // prompt included, cut after the first [SEP]
  std::vector<float> token_logprobs;    // natural log; of the generated tokens, [SEP] included
  double score = 0;                     // the search's: length-normalised for beams, summed log-probability otherwise
  double confidence = 0;                // geometric mean of the generated tokens' probabilities, in [0, 1]
};

// One loaded model; all who open the same weights on the same device share it. Calls are safe from any thread and may
// block for seconds.
class Model {
 public:
  virtual ~Model() = default;
  virtual const std::string& name() const noexcept = 0;                   // for messages: the path as given
  virtual const std::vector<std::string>& warnings() const noexcept = 0;  // from loading, one line each
  // One caption an image, in order.
  virtual Outcome<std::vector<Caption>> caption(std::span<const ImageView> images,
                                                const CaptionOptions& options) noexcept = 0;
};

class Engine {
 public:
  virtual ~Engine() = default;
  virtual Outcome<std::shared_ptr<Model>> open(const ModelOptions& options) noexcept = 0;
};

// Returns the process's one engine, owned by the library; null when `abi` is not the library's own.
using EngineFactory = Engine* (*)(int abi);

}  // namespace blip
