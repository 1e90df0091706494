#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/image_view.h"
#include "core/base/matrix.h"
#include "core/base/outcome.h"
#include "core/generate/clip.h"
#include "core/tasks/task_types.h"

// What libblip-engine.so offers to those who open it at run time. Only virtual calls and the one factory cross the
// boundary, no exception does. A process has one engine; whoever opens the same weights on the same device shares them.
namespace blip {

inline constexpr int kEngineAbi = 4;  // raised with every change of this header or of what it includes
inline constexpr const char* kEngineFactoryName = "blip_engine";  // extern "C" Engine* blip_engine(int abi)

struct ModelOptions {
  std::string model;               // checkpoint directory or file, or "Salesforce/NAME" in the local Hugging Face cache
  std::string vocab;               // empty = beside the model
  std::string config;              // empty = beside the model
  std::string device = "auto";     // "auto", "cpu", "torch" (LibTorch on the CPU), "cuda", "cuda:1"
  std::string precision = "auto";  // "auto", "float32", "bfloat16", "float16", "int8"
  std::string instance;            // models are shared by those who name the same instance
  int num_threads = 0;             // 0 = all cores; process-wide
};

// What a checkpoint can be asked.
struct ModelAbilities {
  bool embed = false;       // ITC: embed_clips, embed_texts
  bool match = false;       // ITM: match
  bool caption = false;     // caption
  bool answer = false;      // answer, rank
  bool instruct = false;    // answer: takes prompts of its own and a conversation's history (BLIP-2)
  std::string layout;       // "captioner", "matcher", "vqa", "nlvr", "pretrain", "blip2-opt", …
  std::string vision_id;    // hash of the vision weights: features are shared where it is equal
  std::string embedder_id;  // hash of what embeddings depend on: they are comparable where it is equal
  std::int64_t embeddings_per_clip =
      1;                            // rows of embed_clips() a clip: BLIP-2 has one a query, of which the best counts
  std::int64_t feature_tokens = 0;  // of one frame
  std::int64_t feature_width = 0;   // numbers a token
  std::int64_t image_size = 0;      // pixels a side
  GenerationOptions caption_generation, answer_generation;  // as the model's authors generate
};

// Since the model was loaded; what "one vision pass" means can be read off `images_encoded`.
struct ModelCounters {
  std::uint64_t images_encoded = 0;   // through the ViT
  std::uint64_t features_reused = 0;  // pictures whose features were still in the cache
  std::uint64_t vision_batches = 0;
  std::uint64_t texts_encoded = 0;  // ITC texts and ITM pairs
  std::uint64_t sequences = 0;      // decoded: captions and answers
  std::uint64_t decode_steps = 0;   // of the model: one step serves all sequences that run
};

struct StreamOptions {
  int batch_size = 0;                          // most requests of one kind run together; 0 = 8
  std::chrono::microseconds batch_timeout{0};  // how long the first request of a batch waits for others
  bool live = false;                           // the engine's threads step back behind the rest of the process
};

// One video's way into a model. Requests of all streams are batched, and served in turn: a busy stream does not starve
// another. Calls block until done; they come from one thread at a time, cancel() and resume() from any. After
// cancel(), the call in progress returns kCancelled at once, as do those that follow, until resume().
class Stream {
 public:
  virtual ~Stream() = default;
  // Colour conversion, resize and normalisation on the calling thread, then the ViT: the features of each image, in
  // order. Equal pictures share their features.
  virtual Outcome<std::vector<std::shared_ptr<const ImageFeatures>>> encode(
      std::span<const ImageView> images) noexcept = 0;
  // Features made elsewhere by the same vision weights, from their numbers [N, V] each (ImageFeatures::to_matrix()).
  virtual Outcome<std::vector<std::shared_ptr<const ImageFeatures>>> restore(
      std::span<const Matrix> features) noexcept = 0;
  // ITC embeddings [clips * embeddings_per_clip, E] and [texts, E] float, unit length: the similarity is the largest
  // dot product of a clip's rows and the text's.
  virtual Outcome<Matrix> embed_clips(std::span<const Clip> clips) noexcept = 0;
  virtual Outcome<Matrix> embed_texts(std::span<const std::string> texts) noexcept = 0;
  // ITM: whether each text describes the clip.
  virtual Outcome<std::vector<MatchScore>> match(const Clip& clip, std::span<const std::string> texts,
                                                 const MatchOptions& options) noexcept = 0;
  // One caption, or answer, a clip; all of them advance together with those of other streams.
  virtual Outcome<std::vector<Caption>> caption(std::span<const Clip> clips,
                                                const CaptionOptions& options) noexcept = 0;
  virtual Outcome<std::vector<Answer>> answer(std::span<const Clip> clips, const std::string& question,
                                              const AnswerOptions& options) noexcept = 0;
  // The `k` answers likeliest by their first word piece, best first.
  virtual Outcome<std::vector<RankedAnswer>> rank(const Clip& clip, const std::string& question,
                                                  std::span<const std::string> answers, std::size_t k,
                                                  const AnswerOptions& options) noexcept = 0;
  virtual void cancel() noexcept = 0;
  virtual void resume() noexcept = 0;
};

// One loaded model. Safe from any thread.
class Model {
 public:
  virtual ~Model() = default;
  virtual const std::string& name() const noexcept = 0;                   // for messages: the path as given
  virtual const std::vector<std::string>& warnings() const noexcept = 0;  // from loading, one line each
  virtual const ModelAbilities& abilities() const noexcept = 0;
  virtual ModelCounters counters() const noexcept = 0;
  virtual Outcome<std::unique_ptr<Stream>> open_stream(const StreamOptions& options) noexcept = 0;  // keeps the model
};

class Engine {
 public:
  virtual ~Engine() = default;
  // Loads the checkpoint unless it is there. May take seconds.
  virtual Outcome<std::shared_ptr<Model>> open(const ModelOptions& options) noexcept = 0;
  // What features and keys and values derived from them may take in memory, for the whole process. Default 256 MB.
  virtual void set_cache_budget(std::uint64_t megabytes) noexcept = 0;
};

// Returns the process's one engine, owned by the library; null when `abi` is not the library's own.
using EngineFactory = Engine* (*)(int abi);

}  // namespace blip
