#include "core/engine/torch_backend/torch_backend.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <utility>

#include "core/engine/feature_size.h"
#include "core/engine/torch_backend/torch_blip2_backend.h"
#include "core/engine/torch_backend/torch_call.h"
#include "core/engine/torch_backend/torch_device.h"
#include "core/engine/torch_backend/torch_features.h"
#include "core/engine/torch_backend/torch_med_decoding.h"
#include "core/model/blip.h"
#include "core/model/load_weights.h"

namespace blip {
namespace {

// Label smoothing of the original's language-modelling loss, which rank mode keeps.
constexpr double kLabelSmoothing = 0.1;

// What the attention of texts that are matched together may take, in bytes.
constexpr int64_t kMatchBytes = int64_t{64} << 20;

class TorchBackend final : public Backend {
 public:
  TorchBackend(const Checkpoint& checkpoint, const TorchPlacement& placement)
      : placement_(placement),
        layout_(checkpoint.layout),
        name_(checkpoint.path.string()),
        vision_(checkpoint.config.vision),
        heads_(checkpoint.config.text.heads),
        model_(checkpoint.config, checkpoint.layout) {
    load_weights(*model_, checkpoint.tensors, placement.device, placement.dtype);
    model_->eval();
  }

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
  // Keys and values of a clip's frames for every layer of a MED; the frames keep their own.
  CrossStates encoder_states(const Clip& clip) { return clip_states(model_->text_encoder, encoder_number_, clip); }
  static CrossStates clip_states(Med& med, std::uint64_t number, const Clip& clip) {
    std::vector<CrossStates> frames;
    for (const TorchFeatures* frame : torch_frames(clip)) {
      const auto make = [&med](const torch::Tensor& states) { return DerivedStates{med->cross_states(states), {}}; };
      frames.push_back(frame->derived(number, make).key_values);
    }
    return concatenate(frames);
  }
  // [1, T] int64 without padding -> [1, T, D]
  torch::Tensor encode_tokens(const torch::Tensor& ids, const CrossStates* cross) {
    return model_->text_encoder->encode(ids, torch::ones_like(ids, torch::kBool), cross);
  }
  // What the decoder's cross-attention reads: the image, or in VQA the question encoded over the image.
  CrossStates decoder_states(const DecodeInput& input) {
    if (layout_ != Layout::kVqa) {
      return clip_states(model_->text_decoder->bert, decoder_number_, input.clip);
    }
    TORCH_CHECK(!input.question.empty(), "a VQA checkpoint decodes answers: it needs a question");
    const CrossStates cross = encoder_states(input.clip);
    return model_->text_decoder->bert->cross_states(encode_tokens(to_ids(input.question, placement_.device), &cross));
  }

  TorchPlacement placement_;
  Layout layout_;
  std::string name_;
  VisionConfig vision_;
  int64_t heads_;
  Blip model_;
  // By which features know the MEDs that keys and values are made for.
  const std::uint64_t encoder_number_ = next_part_number(), decoder_number_ = next_part_number();
  std::shared_ptr<std::mutex> mutex_ = std::make_shared<std::mutex>();
};

std::vector<std::shared_ptr<const ImageFeatures>> TorchBackend::encode_images(PixelBatch pixels) {
  return torch_call(*mutex_, [&] {
    return encode_pixels(pixels, placement_,
                         [this](const torch::Tensor& images) { return model_->visual_encoder(images); });
  });
}

std::shared_ptr<const ImageFeatures> TorchBackend::restore_features(const Matrix& tokens) {
  expect_feature_size(tokens, {vision_.tokens(), vision_.width});
  return torch_call(*mutex_, [&] { return restored(tokens, placement_); });
}

Matrix TorchBackend::project_images(std::span<const Clip> clips) {
  need(!model_->vision_proj.is_empty(), "image-text contrastive head (ITC)");
  return torch_call(*mutex_, [&] {
    std::vector<torch::Tensor> rows;
    for (const Clip& clip : clips) {
      std::vector<torch::Tensor> firsts;
      for (const auto& states : frame_states(clip)) firsts.push_back(states.select(/*dim=*/1, 0));  // [1, V]
      rows.push_back(model_->vision_proj(torch::cat(firsts, 0)).mean(/*dim=*/0, /*keepdim=*/true));
    }
    return to_matrix(torch::cat(rows, 0));
  });
}

Matrix TorchBackend::project_texts(const TokenBatch& texts) {
  need(!model_->text_proj.is_empty(), "image-text contrastive head (ITC)");
  return torch_call(*mutex_, [&] {
    const auto [ids, keep] = padded_texts(texts, placement_.device);
    const auto states = model_->text_encoder->encode(ids, keep, nullptr);
    return to_matrix(model_->text_proj(states.select(/*dim=*/1, 0)));
  });
}

Matrix TorchBackend::encode_text(std::span<const std::int64_t> ids, const Clip* clip) {
  need(!model_->text_encoder.is_empty() && layout_ != Layout::kNlvr, "text encoder");
  return torch_call(*mutex_, [&] {
    const auto tokens = to_ids(ids, placement_.device);
    if (clip == nullptr) return to_matrix(encode_tokens(tokens, nullptr)[0]);
    const CrossStates cross = encoder_states(*clip);
    return to_matrix(encode_tokens(tokens, &cross)[0]);
  });
}

Matrix TorchBackend::match(std::span<const ClipText> pairs) {
  need(!model_->itm_head.is_empty(), "image-text matching head (ITM)");
  return torch_call(*mutex_, [&] {
    // Texts of one clip and one length run together: no padding, and the clip's keys and values are made once.
    std::map<std::pair<const Clip*, size_t>, std::vector<int64_t>> batches;
    for (size_t i = 0; i < pairs.size(); ++i)
      batches[{pairs[i].clip, pairs[i].ids.size()}].push_back(static_cast<int64_t>(i));
    auto logits =
        torch::empty({static_cast<int64_t>(pairs.size()), 2}, torch::dtype(placement_.dtype).device(placement_.device));
    const Clip* current = nullptr;
    CrossStates cross;
    for (const auto& [key, members] : batches) {
      if (key.first != current) cross = encoder_states(*key.first);
      current = key.first;
      std::vector<torch::Tensor> ids;
      for (const int64_t i : members) ids.push_back(to_ids(pairs[i].ids, placement_.device));
      const int64_t scores = heads_ * static_cast<int64_t>(key.second) * cross.front().key.size(2);  // of one text
      std::vector<torch::Tensor> rows;
      for (const auto& part : torch::cat(ids, 0).split(std::max<int64_t>(1, kMatchBytes / (4 * scores))))
        rows.push_back(model_->itm_head(encode_tokens(part, &cross).select(/*dim=*/1, 0)));  // [part, 2]
      logits.index_copy_(/*dim=*/0, to_ids(members, placement_.device)[0], torch::cat(rows, 0));
    }
    return to_matrix(logits);
  });
}

Matrix TorchBackend::classify_pairs(std::span<const ClipPairText> pairs) {
  need(layout_ == Layout::kNlvr, "two-image classifier (NLVR2)");
  return torch_call(*mutex_, [&] {
    std::vector<torch::Tensor> rows;
    for (const ClipPairText& pair : pairs) {
      const auto ids = to_ids(pair.ids, placement_.device);
      const auto first = torch::cat(frame_states(*pair.first), /*dim=*/1),
                 second = torch::cat(frame_states(*pair.second), 1);
      rows.push_back(
          model_->classify(model_->text_encoder->encode_pair(ids, torch::ones_like(ids, torch::kBool), first, second)));
    }
    return to_matrix(torch::cat(rows, 0));
  });
}

std::vector<float> TorchBackend::continuation_losses(const DecodeInput& input, const TokenBatch& answers) {
  need(!model_->text_decoder.is_empty(), "text decoder");
  return torch_call(*mutex_, [&] {
    const CrossStates cross = decoder_states(input);
    const auto ids = unpadded(answers);
    std::vector<float> losses(ids.size());
    for (const auto& [length, members] : by_length(ids)) {
      std::vector<torch::Tensor> rows;
      for (const int64_t a : members) rows.push_back(to_ids(ids[a], placement_.device));
      const auto tokens = torch::cat(rows, 0);  // [members, T]
      const auto log_prob =
          torch::log_softmax(model_->text_decoder(tokens, cross).to(torch::kFloat32), -1).slice(/*dim=*/1, 0, -1);
      const auto targets = tokens.slice(/*dim=*/1, 1).unsqueeze(2);  // [members, T-1, 1]
      const auto loss = -(1 - kLabelSmoothing) * log_prob.gather(2, targets).flatten(1).sum(1) -
                        kLabelSmoothing * log_prob.mean(-1).sum(1);  // [members]
      for (size_t i = 0; i < members.size(); ++i) losses[members[i]] = loss[static_cast<int64_t>(i)].item<float>();
    }
    return losses;
  });
}

std::unique_ptr<Decoding> TorchBackend::start_decoding() {
  need(!model_->text_decoder.is_empty(), "text decoder");
  return std::make_unique<TorchMedDecoding>(
      model_->text_decoder, [this](const DecodeInput& input) { return decoder_states(input); }, placement_.device,
      mutex_);
}

}  // namespace

std::unique_ptr<Backend> make_torch_backend(const Checkpoint& checkpoint, const BackendOptions& options) {
  const TorchPlacement placement = torch_placement(options);
  set_torch_threads(options.num_threads);
  const SilentTorchWarnings silent;
  try {
    if (checkpoint.config.blip2.has_value()) return make_torch_blip2_backend(checkpoint, placement);
    return std::make_unique<TorchBackend>(checkpoint, placement);
  } catch (const c10::Error& error) {
    throw Error(ErrorKind::kFailed, "cannot set up '" + checkpoint.path.string() + "': " + torch_error_line(error));
  }
}

}  // namespace blip
