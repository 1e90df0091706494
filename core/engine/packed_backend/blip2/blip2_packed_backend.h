#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/backend.h"
#include "core/engine/feature_size.h"
#include "core/engine/packed_backend/blip2/sequence_starts.h"
#include "core/engine/packed_backend/late_vision.h"
#include "core/engine/packed_backend/packed_precision.h"

namespace blip {

// BLIP-2 on packed weights (arXiv 2301.12597): image encoder and Q-Former as the packed backend has them, the language
// model on weights that are mapped, or quantised to 8 or 4 bits.
class Blip2PackedBackend final : public Backend {
 public:
  Blip2PackedBackend(const Checkpoint& checkpoint, const PackedPrecision& precision, int threads);

  Placement placement() const override { return {"cpu", precision_.name}; }
  std::vector<std::string> warnings() const override { return warnings_; }
  std::vector<std::shared_ptr<const ImageFeatures>> encode_images(PixelBatch pixels) override;
  std::shared_ptr<const ImageFeatures> restore_features(const Matrix& tokens) override;
  Matrix project_images(std::span<const Clip> clips) override;
  Matrix project_texts(const TokenBatch& texts) override;
  Matrix encode_text(std::span<const std::int64_t> ids, const Clip* clip) override;
  Matrix match(std::span<const ClipText> pairs) override;
  Matrix classify_pairs(std::span<const ClipPairText> pairs) override;
  std::vector<float> continuation_losses(const DecodeInput& input, const TokenBatch& answers) override;
  std::unique_ptr<Decoding> start_decoding() override;

  const PrefillCounters& prefill() const { return prefill_; }

 private:
  void build_rest(WeightStore& weights, const Blip2Config& config, int threads);
  void need(bool part, const char* what) const;
  std::shared_ptr<const QueriedImage> queried(const Blip2Features& frame);
  std::vector<std::shared_ptr<const StoredKeyValues>> image_of(const Clip& clip);
  void match_clip(const Clip& clip, std::span<const ClipText> pairs, std::span<const std::size_t> members,
                  Matrix& logits);
  const PackedDecoder& decoder() const;
  DecodeStart start(const DecodeInput& input);

  PackedPrecision precision_;
  Layout layout_;
  LayoutParts parts_;
  std::string name_;
  VisionConfig vision_;
  FeatureSize feature_size_;
  std::uint64_t model_;  // what is derived from features is kept under it
  Workspace workspace_;
  std::vector<std::string> warnings_;
  std::mutex mutex_;
  PrefillCounters prefill_;
  std::optional<PackedQFormer> qformer_;
  LinearPtr vision_proj_, text_proj_, itm_head_;
  std::optional<SoftPrompts> soft_prompts_;
  std::optional<PackedOpt> opt_;
  std::optional<PackedT5> t5_;
  LateVision late_vision_;
};

}  // namespace blip
