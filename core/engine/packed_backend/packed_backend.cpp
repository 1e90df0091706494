#include "core/engine/packed_backend/packed_backend.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/engine/feature_size.h"
#include "core/engine/packed_backend/blip2/blip2_packed_backend.h"
#include "core/engine/packed_backend/late_vision.h"
#include "core/engine/packed_backend/lm_head.h"
#include "core/engine/packed_backend/packed_decoding.h"
#include "core/engine/packed_backend/packed_features.h"
#include "core/engine/packed_backend/packed_med.h"
#include "core/engine/packed_backend/packed_precision.h"
#include "core/engine/packed_backend/token_loss.h"
#include "core/engine/packed_backend/unpadded_texts.h"
#include "core/kernels/parallel.h"

namespace blip {
namespace {

constexpr double kLabelSmoothing = 0.1;      // of the original's language-modelling loss, which rank mode keeps
constexpr std::int64_t kRowsTogether = 512;  // tokens of texts that are matched together
// Up to which keys and values of frames that are asked for the first time, and maybe the last, do not pay.
constexpr std::int64_t kAbsorbedTokens = 48;
constexpr std::int64_t kLogitsTogether = 256;  // rows of logits that are in memory at a time

class PackedBackend final : public Backend {
 public:
  PackedBackend(const Checkpoint& checkpoint, Precision precision, int threads);

  Placement placement() const override { return {"cpu", type_name(precision_)}; }
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

 private:
  void build_text(WeightStore& weights, const ModelConfig& config);
  void need(bool part, const char* what) const {
    if (part) return;
    throw Error(ErrorKind::kUnsupported,
                "'" + name_ + "' is a " + std::string(layout_name(layout_)) + " checkpoint, which has no " + what);
  }
  std::vector<std::shared_ptr<const StoredKeyValues>> decoder_source(const DecodeInput& input);
  void match_clip(const Clip& clip, std::span<const ClipText> pairs, std::span<const std::size_t> members,
                  Matrix& logits);

  Precision precision_;
  Layout layout_;
  std::string name_;
  VisionConfig vision_;
  Workspace workspace_;
  std::vector<std::string> warnings_;
  std::mutex mutex_;
  std::optional<PackedMed> encoder_, decoder_;
  std::optional<LmHead> head_;
  LinearPtr vision_proj_, text_proj_, itm_head_, nlvr_hidden_, nlvr_output_;
  LateVision late_vision_;
};

PackedBackend::PackedBackend(const Checkpoint& checkpoint, Precision precision, int threads)
    : precision_(precision),
      layout_(checkpoint.layout),
      name_(checkpoint.path.string()),
      vision_(checkpoint.config.vision),
      workspace_(threads),
      late_vision_(checkpoint, type_name(precision), precision, threads, warnings_,
                   [&](WeightStore& weights) { build_text(weights, checkpoint.config); }) {}

void PackedBackend::build_text(WeightStore& weights, const ModelConfig& config) {
  const LayoutParts parts = layout_parts(layout_);
  if (parts.text_encoder) encoder_.emplace(weights, "text_encoder", config.text, precision_, parts.nlvr);
  if (parts.text_decoder) {
    decoder_.emplace(weights, "text_decoder.bert", config.text, precision_);
    head_.emplace(weights, "text_decoder.cls.predictions", config.text.layer_norm_eps, precision_);
  }
  // Small, and what they give is looked at directly.
  if (parts.itc) {
    vision_proj_ = weights.linear("vision_proj", Precision::kFloat32);
    text_proj_ = weights.linear("text_proj", Precision::kFloat32);
  }
  if (parts.nlvr) {
    nlvr_hidden_ = weights.linear("cls_head.0", Precision::kFloat32);
    nlvr_output_ = weights.linear("cls_head.2", Precision::kFloat32);
  }
  if (parts.itm) itm_head_ = weights.linear("itm_head", Precision::kFloat32);
}

std::vector<std::shared_ptr<const ImageFeatures>> PackedBackend::encode_images(PixelBatch pixels) {
  const std::lock_guard lock(mutex_);
  if (pixels.side != vision_.image_size) {
    throw Error(ErrorKind::kInvalidArgument, "images of " + std::to_string(pixels.side) +
                                                 " pixels a side for a model of " + std::to_string(vision_.image_size));
  }
  std::vector<std::shared_ptr<const ImageFeatures>> features;
  for (std::int64_t i = 0; i < pixels.images; ++i) {
    auto made = std::make_shared<PackedFeatures>(vision_.tokens(), vision_.width);
    late_vision_.vit().encode(workspace_, pixels.values + i * 3 * pixels.side * pixels.side, made->states());
    features.push_back(std::move(made));
  }
  return features;
}

std::shared_ptr<const ImageFeatures> PackedBackend::restore_features(const Matrix& tokens) {
  expect_feature_size(tokens, {vision_.tokens(), vision_.width});
  auto restored = std::make_shared<PackedFeatures>(tokens.rows, tokens.columns);
  std::copy(tokens.values.begin(), tokens.values.end(), restored->states());
  return restored;
}

Matrix PackedBackend::project_images(std::span<const Clip> clips) {
  need(vision_proj_ != nullptr, "image-text contrastive head (ITC)");
  const std::lock_guard lock(mutex_);
  Matrix rows(static_cast<std::int64_t>(clips.size()), vision_proj_->out());
  std::vector<float> projected(static_cast<std::size_t>(vision_proj_->out()));
  for (std::size_t c = 0; c < clips.size(); ++c) {
    const auto frames = packed_frames(clips[c]);
    const auto row = rows.row(static_cast<std::int64_t>(c));
    for (const PackedFeatures* frame : frames) {
      vision_proj_->run(workspace_, frame->states(), 1, projected.data());
      workspace_.loops.add(row.data(), projected.data(), rows.columns, row.data());
    }
    workspace_.loops.multiply(row.data(), 1.0f / static_cast<float>(frames.size()), rows.columns, row.data());
  }
  return rows;
}

Matrix PackedBackend::project_texts(const TokenBatch& texts) {
  need(text_proj_ != nullptr, "image-text contrastive head (ITC)");
  const std::lock_guard lock(mutex_);
  Matrix rows(texts.texts, text_proj_->out());
  for (std::int64_t begin = 0; begin < texts.texts;) {
    const UnpaddedTexts some = unpadded_texts(texts, begin, kRowsTogether);
    std::vector<float> states(static_cast<std::size_t>(some.texts() * encoder_->width()));
    encoder_->run(workspace_, {some.ids, some.starts}, /*cross=*/{}, /*causal=*/false, PackedMed::Last::kFirst,
                  states.data());
    text_proj_->run(workspace_, states.data(), some.texts(), rows.row(begin).data());
    begin += some.texts();
  }
  return rows;
}

Matrix PackedBackend::encode_text(std::span<const std::int64_t> ids, const Clip* clip) {
  need(encoder_.has_value() && layout_ != Layout::kNlvr, "text encoder");
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<const StoredKeyValues>> frames;
  if (clip != nullptr) frames = clip_keys_values(workspace_, *encoder_, *clip);
  const CrossSource source{frames, {}};
  Matrix states(static_cast<std::int64_t>(ids.size()), encoder_->width());
  const std::int64_t starts[] = {0, states.rows};
  encoder_->run(workspace_, {ids, starts}, std::span(&source, clip == nullptr ? 0U : 1U), /*causal=*/false,
                PackedMed::Last::kAll, states.values.data());
  return states;
}

// The pairs with the numbers `members`, all on one clip.
void PackedBackend::match_clip(const Clip& clip, std::span<const ClipText> pairs, std::span<const std::size_t> members,
                               Matrix& logits) {
  std::int64_t tokens = 0;
  for (const std::size_t member : members) tokens += static_cast<std::int64_t>(pairs[member].ids.size());
  std::vector<std::shared_ptr<const StoredKeyValues>> stored;
  std::vector<TokenStates> states_of_frames;
  if (tokens <= kAbsorbedTokens && encoder_->takes_states() && first_question(clip, *encoder_)) {
    for (const PackedFeatures* frame : packed_frames(clip))
      states_of_frames.push_back({frame->states(), frame->tokens()});
  } else {
    stored = clip_keys_values(workspace_, *encoder_, clip);
  }
  const CrossSource source{stored, states_of_frames};
  for (std::size_t begin = 0; begin < members.size();) {
    std::vector<std::int64_t> ids, starts{0};
    std::size_t end = begin;
    for (; end < members.size() && starts.back() < kRowsTogether; ++end) {
      ids.insert(ids.end(), pairs[members[end]].ids.begin(), pairs[members[end]].ids.end());
      starts.push_back(static_cast<std::int64_t>(ids.size()));
    }
    const auto texts = static_cast<std::int64_t>(end - begin);
    std::vector<float> states(static_cast<std::size_t>(texts * encoder_->width()));
    encoder_->run(workspace_, {ids, starts}, {&source, 1}, /*causal=*/false, PackedMed::Last::kFirst, states.data());
    std::vector<float> found(static_cast<std::size_t>(texts * logits.columns));
    itm_head_->run(workspace_, states.data(), texts, found.data());
    for (std::int64_t t = 0; t < texts; ++t) {
      const auto row = logits.row(static_cast<std::int64_t>(members[begin + static_cast<std::size_t>(t)]));
      std::copy_n(found.begin() + t * logits.columns, logits.columns, row.begin());
    }
    begin = end;
  }
}

Matrix PackedBackend::match(std::span<const ClipText> pairs) {
  need(itm_head_ != nullptr, "image-text matching head (ITM)");
  const std::lock_guard lock(mutex_);
  std::map<const Clip*, std::vector<std::size_t>> by_clip;
  for (std::size_t i = 0; i < pairs.size(); ++i) by_clip[pairs[i].clip].push_back(i);
  Matrix logits(static_cast<std::int64_t>(pairs.size()), itm_head_->out());
  for (const auto& [clip, members] : by_clip) match_clip(*clip, pairs, members, logits);
  return logits;
}

Matrix PackedBackend::classify_pairs(std::span<const ClipPairText> pairs) {
  need(nlvr_output_ != nullptr, "two-image classifier (NLVR2)");
  const std::lock_guard lock(mutex_);
  Matrix logits(static_cast<std::int64_t>(pairs.size()), nlvr_output_->out());
  std::vector<float> state(static_cast<std::size_t>(encoder_->width())),
      hidden(static_cast<std::size_t>(nlvr_hidden_->out()));
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto first = clip_keys_values(workspace_, *encoder_, *pairs[i].first, /*image=*/0),
               second = clip_keys_values(workspace_, *encoder_, *pairs[i].second, /*image=*/1);
    const CrossSource both[] = {{first, {}}, {second, {}}};
    const std::int64_t starts[] = {0, static_cast<std::int64_t>(pairs[i].ids.size())};
    encoder_->run(workspace_, {pairs[i].ids, starts}, both, /*causal=*/false, PackedMed::Last::kFirst, state.data());
    nlvr_hidden_->run(workspace_, state.data(), 1, hidden.data());
    for (float& value : hidden) value = std::max(value, 0.0f);
    nlvr_output_->run(workspace_, hidden.data(), 1, logits.row(static_cast<std::int64_t>(i)).data());
  }
  return logits;
}

std::vector<std::shared_ptr<const StoredKeyValues>> PackedBackend::decoder_source(const DecodeInput& input) {
  if (layout_ != Layout::kVqa) return clip_keys_values(workspace_, *decoder_, input.clip);
  if (input.question.empty())
    throw Error(ErrorKind::kInvalidArgument, "a VQA checkpoint decodes answers: it needs a question");
  const auto frames = clip_keys_values(workspace_, *encoder_, input.clip);
  const CrossSource image{frames, {}};
  const auto tokens = static_cast<std::int64_t>(input.question.size());
  const std::int64_t starts[] = {0, tokens};
  std::vector<float> states(static_cast<std::size_t>(tokens * encoder_->width()));
  encoder_->run(workspace_, {input.question, starts}, {&image, 1}, /*causal=*/false, PackedMed::Last::kAll,
                states.data());
  return {decoder_->keys_values(workspace_, states.data(), tokens)};
}

std::vector<float> PackedBackend::continuation_losses(const DecodeInput& input, const TokenBatch& answers) {
  need(decoder_.has_value(), "text decoder");
  const std::lock_guard lock(mutex_);
  const auto stored = decoder_source(input);
  const CrossSource source{stored, {}};
  const std::int64_t vocabulary = head_->vocabulary(), width = decoder_->width();
  std::vector<float> losses(static_cast<std::size_t>(answers.texts)), logits;
  for (std::int64_t begin = 0; begin < answers.texts;) {
    const UnpaddedTexts some = unpadded_texts(answers, begin, kLogitsTogether);
    std::vector<float> states(some.ids.size() * static_cast<std::size_t>(width));
    decoder_->run(workspace_, {some.ids, some.starts}, {&source, 1}, /*causal=*/true, PackedMed::Last::kAll,
                  states.data());
    logits.resize(some.ids.size() * static_cast<std::size_t>(vocabulary));
    head_->run(workspace_, states.data(), static_cast<std::int64_t>(some.ids.size()), logits.data());
    for (std::int64_t a = 0; a < some.texts(); ++a) {
      double loss = 0;
      for (std::int64_t t = some.starts[static_cast<std::size_t>(a)];
           t + 1 < some.starts[static_cast<std::size_t>(a + 1)]; ++t) {
        loss += token_loss(workspace_.loops, logits.data() + t * vocabulary, vocabulary,
                           some.ids[static_cast<std::size_t>(t + 1)], kLabelSmoothing);
      }
      losses[static_cast<std::size_t>(begin + a)] = static_cast<float>(loss);
    }
    begin += some.texts();
  }
  return losses;
}

std::unique_ptr<Decoding> PackedBackend::start_decoding() {
  need(decoder_.has_value(), "text decoder");
  return std::make_unique<PackedDecoding>(
      workspace_, *decoder_, *head_, [this](const DecodeInput& input) { return decoder_source(input); }, mutex_);
}

}  // namespace

BackendOptions resolve_packed_backend(BackendOptions options) {
  options.device = "cpu";
  options.precision = packed_precision(options.precision).name;
  return options;
}

std::unique_ptr<Backend> make_packed_backend(const Checkpoint& checkpoint, const BackendOptions& options) {
  const PackedPrecision precision = packed_precision(options.precision);
  const int threads = options.num_threads > 0 ? options.num_threads : usable_cores();
  const LayoutParts parts = layout_parts(checkpoint.layout);
  if (precision.name == "int4" && !parts.language_model) {
    throw Error(ErrorKind::kUnsupported, "precision 'int4' is for language models, and '" + checkpoint.path.string() +
                                             "' is a " + std::string(layout_name(checkpoint.layout)) +
                                             " checkpoint, which has none; use int8");
  }
  std::unique_ptr<Backend> backend;
  if (parts.qformer) {
    backend = std::make_unique<Blip2PackedBackend>(checkpoint, precision, threads);
  } else {
    backend = std::make_unique<PackedBackend>(checkpoint, precision.packed, threads);
  }
  release_threads();  // who opens a model is hardly ever who computes with it
  return backend;
}

}  // namespace blip
