#include "core/engine/torch_backend/torch_blip2_backend.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "core/engine/feature_size.h"
#include "core/engine/torch_backend/torch_call.h"
#include "core/engine/torch_backend/torch_features.h"
#include "core/engine/torch_backend/torch_opt_decoding.h"
#include "core/engine/torch_backend/torch_qformer_decoding.h"
#include "core/engine/torch_backend/torch_t5_decoding.h"
#include "core/model/blip2/blip2.h"
#include "core/model/load_weights.h"
#include "core/model/view_tensor.h"

namespace blip {
namespace {

constexpr double kLabelSmoothing = 0.1;             // of the Q-Former's captions, as they are trained
constexpr int64_t kMatchBytes = int64_t{64} << 20;  // what the attention of texts matched together may take
constexpr int64_t kAnswersTogether = 8;             // each takes a copy of the prompt's keys and values

class TorchBlip2Backend final : public Backend {
 public:
  TorchBlip2Backend(const Checkpoint& checkpoint, const TorchPlacement& placement);

  Placement placement() const override { return {placement_.device.str(), precision_name(placement_.dtype)}; }
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
  void need(bool part, const char* what) const {
    if (part) return;
    throw Error(ErrorKind::kUnsupported,
                "'" + name_ + "' is a " + std::string(layout_name(layout_)) + " checkpoint, which has no " + what);
  }
  torch::ScalarType weight_type(const std::string& name, const TensorView& stored) const;
  CrossStates image_states(const Clip& clip);  // of all frames, a layer of the Q-Former's cross-attention
  DerivedStates query_states(const TorchFeatures& frame);
  std::vector<KeyValue> query_keys_values(const Clip& clip);
  torch::Tensor soft_prompts(const Clip& clip);  // [1, F * Q, L]
  torch::Tensor encode_pair(const torch::Tensor& ids, const CrossStates& cross) {
    return model_->qformer->encode_pair(model_->query_tokens, ids, torch::ones_like(ids, torch::kBool), cross);
  }
  // ids [B, T] behind what `input` gives -> logits [B, T, vocabulary]
  torch::Tensor teacher_logits(const DecodeInput& input, const torch::Tensor& ids);

  TorchPlacement placement_;
  Layout layout_;
  LayoutParts parts_;
  std::string name_;
  FeatureSize feature_size_;
  int64_t queries_, heads_;
  Blip2 model_;
  OptReader opt_;
  T5Reader t5_;
  const std::uint64_t cross_number_ = next_part_number(), query_number_ = next_part_number();
  std::shared_ptr<std::mutex> mutex_ = std::make_shared<std::mutex>();
};

TorchBlip2Backend::TorchBlip2Backend(const Checkpoint& checkpoint, const TorchPlacement& placement)
    : placement_(placement),
      layout_(checkpoint.layout),
      parts_(layout_parts(checkpoint.layout)),
      name_(checkpoint.path.string()),
      feature_size_(feature_size(checkpoint.layout, checkpoint.config)),
      queries_(checkpoint.config.blip2->qformer.queries),
      heads_(checkpoint.config.blip2->qformer.heads),
      model_(checkpoint.config, checkpoint.layout) {
  load_weights(*model_, checkpoint.tensors, placement.device,
               [this](const std::string& name, const TensorView& stored) { return weight_type(name, stored); });
  model_->eval();
  const auto prompts = [this](const Clip& clip) { return soft_prompts(clip); };
  opt_ = {model_->opt, prompts, {}, checkpoint.config.blip2->language.max_positions};
  t5_ = {model_->t5, prompts};
}

// On a CPU a language model's 16-bit matrices stay as they are stored, in the mapped file.
torch::ScalarType TorchBlip2Backend::weight_type(const std::string& name, const TensorView& stored) const {
  if (!name.starts_with("language_model.")) return placement_.dtype;
  const bool half = stored.dtype == DType::kFloat16 || stored.dtype == DType::kBFloat16;
  const bool matrix = stored.shape.size() == 2 && !name.ends_with("relative_attention_bias.weight");
  if (half && matrix && placement_.device.is_cpu()) return scalar_type(stored.dtype);
  const bool needs_range = !model_->t5.is_empty() && placement_.dtype == torch::kFloat16;
  return needs_range ? torch::kBFloat16 : placement_.dtype;
}

std::vector<std::shared_ptr<const ImageFeatures>> TorchBlip2Backend::encode_images(PixelBatch pixels) {
  return torch_call(*mutex_, [&] {
    return encode_pixels(pixels, placement_, [this](const torch::Tensor& images) {
      const auto states = model_->visual_encoder(images);
      return parts_.language_model ? model_->qformer->encode_queries(model_->query_tokens, states).states : states;
    });
  });
}

std::shared_ptr<const ImageFeatures> TorchBlip2Backend::restore_features(const Matrix& tokens) {
  expect_feature_size(tokens, feature_size_);
  return torch_call(*mutex_, [&] { return restored(tokens, placement_); });
}

CrossStates TorchBlip2Backend::image_states(const Clip& clip) {
  std::vector<CrossStates> frames;
  for (const TorchFeatures* frame : torch_frames(clip)) {
    const auto made = frame->derived(cross_number_, [this](const torch::Tensor& states) {
      return DerivedStates{model_->qformer->cross_states(states), {}};
    });
    frames.push_back(made.key_values);
  }
  return concatenate(frames);
}

DerivedStates TorchBlip2Backend::query_states(const TorchFeatures& frame) {
  return frame.derived(query_number_, [this](const torch::Tensor& states) {
    QueryStates made = model_->qformer->encode_queries(model_->query_tokens, states);
    return DerivedStates{std::move(made.key_values), made.states};
  });
}

std::vector<KeyValue> TorchBlip2Backend::query_keys_values(const Clip& clip) {
  std::vector<CrossStates> frames;
  for (const TorchFeatures* frame : torch_frames(clip)) frames.push_back(query_states(*frame).key_values);
  return concatenate(frames);
}

torch::Tensor TorchBlip2Backend::soft_prompts(const Clip& clip) {
  const auto prompts = model_->language_projection(torch::cat(frame_states(clip), /*dim=*/1));
  return prompts.to(model_->t5.is_empty() ? model_->opt->type() : model_->t5->type());
}

Matrix TorchBlip2Backend::project_images(std::span<const Clip> clips) {
  need(parts_.itc, "image-text contrastive head (ITC)");
  return torch_call(*mutex_, [&] {
    std::vector<torch::Tensor> rows;
    for (const Clip& clip : clips) {
      std::vector<torch::Tensor> frames;
      for (const TorchFeatures* frame : torch_frames(clip)) frames.push_back(query_states(*frame).states);
      rows.push_back(model_->vision_proj(torch::cat(frames, 0)).mean(/*dim=*/0));  // [Q, E]
    }
    return to_matrix(torch::cat(rows, 0));
  });
}

Matrix TorchBlip2Backend::project_texts(const TokenBatch& texts) {
  need(parts_.itc, "image-text contrastive head (ITC)");
  return torch_call(*mutex_, [&] {
    const auto [ids, keep] = padded_texts(texts, placement_.device);
    return to_matrix(model_->text_proj(model_->qformer->encode_text(ids, keep).select(/*dim=*/1, 0)));
  });
}

Matrix TorchBlip2Backend::encode_text(std::span<const std::int64_t> ids, const Clip* clip) {
  need(parts_.itc || parts_.itm, "text encoder");
  return torch_call(*mutex_, [&] {
    const auto tokens = to_ids(ids, placement_.device);
    if (clip == nullptr)
      return to_matrix(model_->qformer->encode_text(tokens, torch::ones_like(tokens, torch::kBool))[0]);
    return to_matrix(encode_pair(tokens, image_states(*clip))[0]);
  });
}

Matrix TorchBlip2Backend::match(std::span<const ClipText> pairs) {
  need(parts_.itm, "image-text matching head (ITM)");
  return torch_call(*mutex_, [&] {
    // Texts of one clip and one length run together: no padding, and the clip's keys and values are joined once.
    std::map<std::pair<const Clip*, size_t>, std::vector<int64_t>> batches;
    for (size_t i = 0; i < pairs.size(); ++i)
      batches[{pairs[i].clip, pairs[i].ids.size()}].push_back(static_cast<int64_t>(i));
    auto logits =
        torch::empty({static_cast<int64_t>(pairs.size()), 2}, torch::dtype(placement_.dtype).device(placement_.device));
    const Clip* current = nullptr;
    CrossStates cross;
    for (const auto& [key, members] : batches) {
      if (key.first != current) cross = image_states(*key.first);
      current = key.first;
      std::vector<torch::Tensor> ids, rows;
      for (const int64_t i : members) ids.push_back(to_ids(pairs[i].ids, placement_.device));
      const int64_t scores = heads_ * queries_ * cross.front().key.size(2);  // of one text
      for (const auto& part : torch::cat(ids, 0).split(std::max<int64_t>(1, kMatchBytes / (4 * scores)))) {
        const auto queries = encode_pair(part, cross).narrow(/*dim=*/1, 0, queries_);  // [part, Q, D]
        rows.push_back(model_->itm_head(queries).mean(/*dim=*/1));
      }
      logits.index_copy_(/*dim=*/0, to_ids(members, placement_.device)[0], torch::cat(rows, 0));
    }
    return to_matrix(logits);
  });
}

Matrix TorchBlip2Backend::classify_pairs(std::span<const ClipPairText>) {
  need(false, "two-image classifier (NLVR2)");
  return {};
}

torch::Tensor TorchBlip2Backend::teacher_logits(const DecodeInput& input, const torch::Tensor& ids) {
  const int64_t batch = ids.size(0);
  const auto keep = torch::ones_like(ids, torch::kBool);
  const auto before = std::span(input.prompt).first(input.prompt.size() - 1);  // its last id begins the answers
  if (!model_->opt.is_empty()) {
    OptCache cache;
    for (const KeyValue& layer : opt_.read(input.clip, before)) {
      cache.layers.push_back({layer.key.expand({batch, -1, -1, -1}), layer.value.expand({batch, -1, -1, -1})});
    }
    const int64_t past = cache.layers.front().key.size(2);
    opt_.expect_room(past + ids.size(1));
    cache.keep = torch::ones({batch, past}, keep.options());
    return model_->opt->logits(model_->opt->forward(model_->opt->embed(ids), keep, &cache));
  }
  const auto whole = torch::cat({to_ids(before, placement_.device).expand({batch, -1}), ids}, /*dim=*/1);
  const auto logits =
      model_->t5.is_empty()
          ? model_->qformer->decode_text(whole, torch::ones_like(whole, torch::kBool), query_keys_values(input.clip))
          : model_->t5->logits(model_->t5->decode(whole, /*keep=*/{}, t5_.read(input.clip, input.question)));
  return logits.narrow(/*dim=*/1, whole.size(1) - ids.size(1), ids.size(1));
}

std::vector<float> TorchBlip2Backend::continuation_losses(const DecodeInput& input, const TokenBatch& answers) {
  need(parts_.captions || parts_.answers, "part that writes text");
  const double smoothing = parts_.language_model ? 0 : kLabelSmoothing;
  return torch_call(*mutex_, [&] {
    TORCH_CHECK(!input.prompt.empty(), "scoring needs a prompt, at least what every text begins with");
    const auto texts = unpadded(answers);
    std::vector<float> losses(texts.size());
    for (const auto& [length, members] : by_length(texts)) {
      for (size_t begin = 0; begin < members.size(); begin += kAnswersTogether) {
        const auto part =
            std::span(members).subspan(begin).first(std::min<size_t>(kAnswersTogether, members.size() - begin));
        std::vector<torch::Tensor> rows;
        for (const int64_t text : part) rows.push_back(to_ids(texts[text], placement_.device));
        const auto ids = torch::cat(rows, 0);  // [part, T]
        const auto log_prob =
            torch::log_softmax(teacher_logits(input, ids).to(torch::kFloat32), -1).slice(/*dim=*/1, 0, -1);
        const auto targets = ids.slice(/*dim=*/1, 1).unsqueeze(2);                     // [part, T-1, 1]
        auto loss = -(1 - smoothing) * log_prob.gather(2, targets).flatten(1).sum(1);  // [part]
        if (smoothing > 0) loss = loss - smoothing * log_prob.mean(-1).sum(1);
        for (size_t i = 0; i < part.size(); ++i) losses[part[i]] = loss[static_cast<int64_t>(i)].item<float>();
      }
    }
    return losses;
  });
}

std::unique_ptr<Decoding> TorchBlip2Backend::start_decoding() {
  need(parts_.captions || parts_.answers, "part that writes text");
  if (!model_->opt.is_empty()) return std::make_unique<TorchOptDecoding>(opt_, placement_.device, mutex_);
  if (!model_->t5.is_empty()) return std::make_unique<TorchT5Decoding>(t5_, placement_.device, mutex_);
  return std::make_unique<TorchQFormerDecoding>(
      model_->qformer, [this](const Clip& clip) { return query_keys_values(clip); }, placement_.device, mutex_);
}

}  // namespace

std::unique_ptr<Backend> make_torch_blip2_backend(const Checkpoint& checkpoint, const TorchPlacement& placement) {
  return std::make_unique<TorchBlip2Backend>(checkpoint, placement);
}

}  // namespace blip
