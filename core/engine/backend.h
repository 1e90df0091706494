#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/matrix.h"
#include "core/generate/decoder_step.h"

namespace blip {

// The ViT's output for one image, made once and shared by every head with the same vision weights. It may live on a
// device.
class ImageFeatures {
 public:
  virtual ~ImageFeatures() = default;
  virtual std::int64_t tokens() const = 0;  // N
  virtual std::int64_t width() const = 0;   // V
  virtual Matrix to_matrix() const = 0;     // [N, V], a copy on the host

  // Memory in bytes: of the features, and of what heads have derived from them and keep with them (keys and values of
  // cross-attention), until drop_derived(); it is made again when it is needed. Safe from any thread.
  virtual std::uint64_t bytes() const { return static_cast<std::uint64_t>(tokens() * width()) * sizeof(float); }
  virtual std::uint64_t derived_bytes() const { return 0; }
  virtual void drop_derived() const {}
};

// Where and how a backend computes, "auto" resolved.
struct Placement {
  std::string device;     // "cpu", "cuda:0"
  std::string precision;  // "float32", "bfloat16", "float16", "int8"
};

// Normalised images [images, 3, side, side] float, C-contiguous; the caller keeps them while the call runs.
struct PixelBatch {
  const float* values = nullptr;
  std::int64_t images = 0;
  std::int64_t side = 0;
};

struct ClipText {
  const Clip* clip = nullptr;
  std::span<const std::int64_t> ids;  // without padding; token 0 as the task wants it ([ENC] or [CLS])
};

struct ClipPairText {
  const Clip* first = nullptr;
  const Clip* second = nullptr;
  std::span<const std::int64_t> ids;
};

// What a head can be asked; plain views in and out. A head that the checkpoint lacks throws Error(kUnsupported).
// Calls are serialised by the implementation: safe from any thread.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual Placement placement() const = 0;
  virtual std::vector<std::string> warnings() const { return {}; }  // of setting up, one line each, for the user
  virtual std::vector<std::shared_ptr<const ImageFeatures>> encode_images(PixelBatch pixels) = 0;
  // Features from the numbers [N, V] that ImageFeatures::to_matrix() gave. Throws Error(kInvalidArgument) when N or V
  // is not this model's.
  virtual std::shared_ptr<const ImageFeatures> restore_features(const Matrix& tokens) = 0;
  // [clips, E] mean of the frames' projections, not yet normalised. BLIP-2: [clips * Q, E], of each query.
  virtual Matrix project_images(std::span<const Clip> clips) = 0;
  virtual Matrix project_texts(const TokenBatch& texts) = 0;                            // [texts, E] not yet normalised
  virtual Matrix encode_text(std::span<const std::int64_t> ids, const Clip* clip) = 0;  // [T, D]; clip null = unimodal
  virtual Matrix match(std::span<const ClipText> pairs) = 0;               // [pairs, 2] ITM logits, index 1 = match
  virtual Matrix classify_pairs(std::span<const ClipPairText> pairs) = 0;  // [pairs, 2] NLVR2 logits, index 1 = true
  // Per answer: the summed cross-entropy of its tokens, [SEP] included, label-smoothed (0.1) as the original's rank
  // mode; of a language model not smoothed. An answer begins with the last id of `input.prompt` ([DEC]), which has no
  // loss of its own. [answers]
  virtual std::vector<float> continuation_losses(const DecodeInput& input, const TokenBatch& answers) = 0;
  virtual std::unique_ptr<Decoding> start_decoding() = 0;
};

}  // namespace blip
